#pragma once

#include <memory>
#include <span>

namespace arcadeq {

// Computes the effective rank of matrices (Kumar et al. 2021): the number of singular values,
// largest first, that hold 99 % of their sum. Allocates only at construction.
class EffectiveRank {
 public:
  EffectiveRank(int max_rows, int columns);
  EffectiveRank(EffectiveRank&&) noexcept;
  ~EffectiveRank();

  // `matrix` is [up to max_rows][columns].
  int Of(std::span<const float> matrix);

 private:
  struct Workspace;
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace arcadeq
