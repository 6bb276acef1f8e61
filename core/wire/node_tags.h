// The tag bytes of the wire format (protocol 1, section 4.2). Bytes 1 to 239 are tokens.
#pragma once

#include <cstdint>

namespace wasphere::wire {

inline constexpr std::uint8_t kListEmpty = 0;
inline constexpr std::uint8_t kStreamEndToken = 2;
inline constexpr std::uint8_t kDictionary0 = 236;
inline constexpr std::uint8_t kDictionary3 = 239;
inline constexpr std::uint8_t kInteropJid = 245;
inline constexpr std::uint8_t kFbJid = 246;
inline constexpr std::uint8_t kAdJid = 247;
inline constexpr std::uint8_t kList8 = 248;
inline constexpr std::uint8_t kList16 = 249;
inline constexpr std::uint8_t kJidPair = 250;
inline constexpr std::uint8_t kHex8 = 251;
inline constexpr std::uint8_t kBinary8 = 252;
inline constexpr std::uint8_t kBinary20 = 253;
inline constexpr std::uint8_t kBinary32 = 254;
inline constexpr std::uint8_t kNibble8 = 255;

inline constexpr std::uint8_t kPackedOdd = 0x80;
inline constexpr std::uint8_t kCompressedFlag = 0x02;

// What AD_JID's first byte stands for.
inline constexpr std::uint8_t kDomainUser = 0;
inline constexpr std::uint8_t kDomainLid = 1;
inline constexpr std::uint8_t kDomainHosted = 128;
inline constexpr std::uint8_t kDomainHostedLid = 129;

}  // namespace wasphere::wire
