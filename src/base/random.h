#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace arcadeq {

// A named stream of random numbers (xoshiro256++, Blackman & Vigna 2019), derived from a run's seed
// and the name: a new consumer uses a new name and does not change the numbers of any other stream.
// The distributions are our own, so that a seed gives the same numbers with every standard library.
// Not thread-safe.
class RandomStream {
 public:
  using result_type = std::uint64_t;
  using State = std::array<std::uint64_t, 4>;

  RandomStream(std::uint64_t seed, std::string_view name);

  // A UniformRandomBitGenerator of 64 bits.
  result_type operator()();
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }

  // Uniform in [0, 1), 53 bits.
  double Uniform();
  // Uniform in [low, high).
  double Uniform(double low, double high) { return low + (high - low) * Uniform(); }
  // Uniform in {0, ..., n-1}; n > 0. Unbiased (Lemire 2019).
  std::uint64_t Below(std::uint64_t n);
  // Uniform in {low, ..., high}.
  int Between(int low, int high);
  // True with the given probability.
  bool Bernoulli(double probability) { return Uniform() < probability; }
  // Standard normal (Box-Muller).
  double Normal();
  // Standard normal, redrawn until it lies within +-2 (the "truncated normal" of Keras).
  double TruncatedNormal();

  const State& state() const { return state_; }
  void set_state(const State& state) { state_ = state; }

 private:
  State state_;
};

// The stream of one of several like parts, such as environments, named by `name` and its number.
// Number 0 uses `name` alone, so that it behaves the same with and without the others.
RandomStream NumberedStream(std::uint64_t seed, std::string_view name, std::int64_t number);
// The streams of the parts [first, first + count).
std::vector<RandomStream> SplitStreams(std::uint64_t seed, std::string_view name, int first,
                                       int count);

}  // namespace arcadeq
