// A certificate authority and a server certificate, made when the test runs.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

namespace wasphere::test {

// `host` is the only name in the server's certificate.
class TlsIdentity {
 public:
  explicit TlsIdentity(const std::string& host)
      : ca_key_(make_key()), key_(make_key()), ca_(X509_new()), leaf_(X509_new()) {
    fill(ca_, ca_key_, "Test CA", ca_, ca_key_, "CA:TRUE", "");
    fill(leaf_, key_, host, ca_, ca_key_, "CA:FALSE", "DNS:" + host);
    context_ = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate(context_, leaf_) != 1 ||
        SSL_CTX_use_PrivateKey(context_, key_) != 1) {
      throw std::runtime_error("cannot make a TLS identity");
    }
  }
  ~TlsIdentity() {
    SSL_CTX_free(context_);
    X509_free(ca_);
    X509_free(leaf_);
    EVP_PKEY_free(ca_key_);
    EVP_PKEY_free(key_);
  }
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  SSL_CTX* server() const { return context_; }
  void write_ca(const std::string& path) const {
    std::FILE* file = std::fopen(path.c_str(), "w");
    if (file == nullptr) throw std::runtime_error("cannot write " + path);
    PEM_write_X509(file, ca_);
    std::fclose(file);
  }

 private:
  static EVP_PKEY* make_key() { return EVP_EC_gen("P-256"); }

  static void fill(X509* certificate, EVP_PKEY* key, const std::string& name, X509* issuer,
                   EVP_PKEY* issuer_key, const std::string& constraints, const std::string& names) {
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), certificate == issuer ? 1 : 2);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
    add(certificate, NID_basic_constraints, constraints);
    if (!names.empty()) add(certificate, NID_subject_alt_name, names);
    X509_sign(certificate, issuer_key, EVP_sha256());
  }

  static void add(X509* certificate, int what, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  EVP_PKEY* ca_key_;
  EVP_PKEY* key_;
  X509* ca_;
  X509* leaf_;
  SSL_CTX* context_ = nullptr;
};

}  // namespace wasphere::test
