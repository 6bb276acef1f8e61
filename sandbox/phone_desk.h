// The server's side of what phones ask: accounts, linking, unlinking.
#pragma once

#include "sandbox/phone_gateway.h"

namespace wasphere::sandbox {

struct Network;

class PhoneDesk final : public PhoneGateway {
 public:
  explicit PhoneDesk(Network& network) : network_(network) {}

  Result<wire::Jid> register_account(NewAccount account) override;
  std::vector<CompanionInfo> companions(const std::string& number) const override;
  void pair_device(PairDeviceRequest request, Answer<LinkedCompanion> done) override;
  Result<CodeRequest> code_request(const std::string& number) const override;
  void primary_hello(PrimaryHelloRequest request, Answer<CompanionBundle> done) override;
  Result<std::vector<wire::Jid>> remove_companions(const std::string& number,
                                                   std::optional<std::uint16_t> device) override;
  Status publish_phone(const std::string& number, stanza::UploadedBundle bundle) override;
  Result<wire::Jid> add_companion(NewCompanion companion) override;
  void connect(const wire::Jid& device, Outlet& outlet) override;
  void disconnect(const wire::Jid& device, Outlet& outlet) override;
  void send(const wire::Jid& device, const wire::Node& stanza, Outlet& back) override;
  wire::Node ask(const wire::Jid& device, const wire::Node& iq) override;

 private:
  Status replace_identity(const std::string& number, const crypto::PublicKey& identity);

  std::string make_lid() const;

  Network& network_;
};

}  // namespace wasphere::sandbox
