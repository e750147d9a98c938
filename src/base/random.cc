#include "base/random.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {
namespace {

// SplitMix64 (Steele, Lea & Flood 2014): spreads any seed over the whole state.
std::uint64_t SplitMix64(std::uint64_t& x) {
  std::uint64_t z = (x += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// FNV-1a, so that a name gives the same stream everywhere (std::hash guarantees nothing).
std::uint64_t HashName(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view name) {
  std::uint64_t x = seed;
  x = SplitMix64(x) ^ HashName(name);
  for (auto& word : state_) word = SplitMix64(x);
}

RandomStream::result_type RandomStream::operator()() {
  auto& s = state_;
  const std::uint64_t result = std::rotl(s[0] + s[3], 23) + s[0];
  const std::uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = std::rotl(s[3], 45);
  return result;
}

double RandomStream::Uniform() {
  return static_cast<double>((*this)() >> 11) * 0x1.0p-53;
}

std::uint64_t RandomStream::Below(std::uint64_t n) {
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>((*this)()) * n;
  if (static_cast<std::uint64_t>(product) < n) {
    const std::uint64_t threshold = -n % n;
    while (static_cast<std::uint64_t>(product) < threshold) {
      product = static_cast<Wide>((*this)()) * n;
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

int RandomStream::Between(int low, int high) {
  return low + static_cast<int>(Below(static_cast<std::uint64_t>(high - low) + 1));
}

double RandomStream::Normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - Uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * Uniform());
}

double RandomStream::TruncatedNormal() {
  double x = Normal();
  while (std::abs(x) > 2.0) x = Normal();
  return x;
}

RandomStream NumberedStream(std::uint64_t seed, std::string_view name, std::int64_t number) {
  const std::string base(name);
  return RandomStream(seed, number == 0 ? base : base + "/" + std::to_string(number));
}

std::vector<RandomStream> SplitStreams(std::uint64_t seed, std::string_view name, int first,
                                       int count) {
  std::vector<RandomStream> streams;
  for (int i = first; i < first + count; ++i) streams.push_back(NumberedStream(seed, name, i));
  return streams;
}

}  // namespace arcadeq
