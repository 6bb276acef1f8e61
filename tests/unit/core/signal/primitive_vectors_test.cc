// The groups of vectors-2.json that are plain compositions of core/crypto: they judge our HKDF, AES
// and HMAC by others' media, addons and tokens.
#include <catch2/catch.hpp>

#include "core/crypto/cipher.h"
#include "core/crypto/hash.h"
#include "core/stanza/fields.h"
#include "core/stanza/prekeys.h"
#include "tests/unit/core/signal/support.h"

using namespace wasphere;
using namespace wasphere::signal_test;
using test::hex;
using test::hex_array;

namespace {

Bytes part(const Bytes& bytes, std::size_t offset, std::size_t size) {
  return to_bytes(BytesView(bytes).subspan(offset, size));
}

Bytes expand(const nlohmann::json& key, const std::string& info, std::size_t size) {
  return crypto::hkdf_sha256(hex(key), {}, as_bytes(info), size);
}

std::string text(const nlohmann::json& value) {
  return value.get<std::string>();
}

}  // namespace

TEST_CASE("vectors: the keys of every kind of media") {
  for (const auto& item : known("media")["keys"]) {
    Bytes keys = expand(known("media")["media_key"], text(item["info"]), 112);
    CHECK(part(keys, 0, 16) == hex(item["iv"]));
    CHECK(part(keys, 16, 32) == hex(item["cipher_key"]));
    CHECK(part(keys, 48, 32) == hex(item["mac_key"]));
    CHECK(part(keys, 80, 32) == hex(item["ref_key"]));
  }
}

TEST_CASE("vectors: encrypted media files") {
  for (const auto& item : known("media")["files"]) {
    Bytes keys =
        expand(item["media_key"],
               item["type"] == "image" ? "WhatsApp Image Keys" : "WhatsApp Document Keys", 112);
    Bytes iv = part(keys, 0, 16);
    Bytes plaintext = hex(item["plaintext"]);
    Bytes ciphertext = crypto::aes_cbc_encrypt(part(keys, 16, 32), iv, plaintext);
    auto mac = crypto::hmac_sha256(part(keys, 48, 32), concat({iv, ciphertext}));
    Bytes file = concat({ciphertext, BytesView(mac).first(10)});
    CHECK(file == hex(item["encrypted_file"]));
    CHECK(crypto::sha256(file) == hex_array<32>(item["file_enc_sha256"]));
    CHECK(crypto::sha256(plaintext) == hex_array<32>(item["file_sha256"]));
  }
}

TEST_CASE("vectors: encrypted addons of every use") {
  for (const auto& item : known("addons")["cases"]) {
    Bytes key = expand(item["message_secret"],
                       text(item["parent_id"]) + text(item["parent_sender"]) +
                           text(item["modification_sender"]) + text(item["use_case"]),
                       32);
    CHECK(key == hex(item["key"]));
    Bytes aad = hex(item["aad"]);
    auto sealed = crypto::aes_gcm_encrypt(key, hex(item["iv"]), hex(item["plaintext"]), aad);
    CHECK(sealed == hex(item["enc_payload"]));
    CHECK(crypto::aes_gcm_decrypt(key, hex(item["iv"]), sealed, aad).value() ==
          hex(item["plaintext"]));
  }
}

TEST_CASE("vectors: poll options and the secret of bot messages") {
  for (const auto& item : known("addons")["poll_option_hashes"])
    CHECK(crypto::sha256(as_bytes(text(item["name"]))) == hex_array<32>(item["sha256"]));
  const auto& secret = known("addons")["cases"][0]["message_secret"];
  CHECK(expand(secret, "Bot Message", 32) == hex(known("addons")["bot_message_secret"]["value"]));
}

TEST_CASE("vectors: the digest of pre-keys") {
  const auto& item = known("misc")["prekey_digest"];
  stanza::UploadedBundle bundle;
  bundle.identity = hex_array<32>(item["identity_pub_raw"]);
  bundle.signed_pre_key = hex_array<32>(item["signed_prekey_raw"]);
  bundle.signed_pre_key_signature = hex_array<64>(item["signature"]);
  for (const auto& key : item["prekeys_raw"]) bundle.one_time.push_back({1, hex_array<32>(key)});
  auto digest = stanza::build_digest(bundle);
  CHECK(stanza::child_bytes(digest, "hash").value() == hex(item["sha1"]));
}

TEST_CASE("vectors: the hash of a device list's identities, and the token of a contact") {
  Bytes keys;
  for (const auto& key : known("misc")["icdc"]["identity_keys"]) append(keys, public_key(key));
  CHECK(part(to_bytes(crypto::sha256(keys)), 0, 8) == hex(known("misc")["icdc"]["hash8"]));
  const auto& token = known("misc")["cstoken"];
  CHECK(crypto::hmac_sha256(hex(token["salt"]), as_bytes(text(token["lid"]))) ==
        hex_array<32>(token["value"]));
}
