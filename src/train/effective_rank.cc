#include "train/effective_rank.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>

#include <Eigen/Eigenvalues>

namespace arcadeq {

// The squares of the singular values of M are the eigenvalues of M M^T and of M^T M, of which the
// smaller is decomposed. The precision that squaring costs does not matter for 99 % of a sum.
struct EffectiveRank::Workspace {
  Workspace(int max_rows, int columns)
      : vectors(Eigen::MatrixXd::Zero(std::max(max_rows, columns), std::min(max_rows, columns))),
        products(vectors.cols(), vectors.cols()),
        solver(vectors.cols()),
        transposed(max_rows <= columns) {}

  double& element(Eigen::Index row, Eigen::Index column) {
    return transposed ? vectors(column, row) : vectors(row, column);
  }

  Eigen::MatrixXd vectors;  // M, or M^T if that has fewer columns; missing rows of M are 0
  Eigen::MatrixXd products;
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  bool transposed;
};

EffectiveRank::EffectiveRank(int max_rows, int columns)
    : workspace_(std::make_unique<Workspace>(max_rows, columns)) {}
EffectiveRank::EffectiveRank(EffectiveRank&&) noexcept = default;
EffectiveRank::~EffectiveRank() = default;

int EffectiveRank::Of(std::span<const float> matrix) {
  constexpr double kShare = 0.99;
  auto& [vectors, products, solver, transposed] = *workspace_;
  const auto columns = transposed ? vectors.rows() : vectors.cols();
  vectors.setZero();
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    const auto place = static_cast<Eigen::Index>(i);
    workspace_->element(place / columns, place % columns) = matrix[i];
  }
  products.noalias() = vectors.transpose().lazyProduct(vectors);
  solver.compute(products, Eigen::EigenvaluesOnly);
  // In ascending order; rounding may make some slightly negative.
  const auto value = [&eigenvalues = solver.eigenvalues()](Eigen::Index i) {
    return std::sqrt(std::max(eigenvalues(i), 0.0));
  };
  double sum = 0;
  for (Eigen::Index i = 0; i < products.cols(); ++i) sum += value(i);
  int rank = 0;
  double held = 0;
  for (Eigen::Index i = products.cols(); i-- > 0 && held < kShare * sum; ++rank) held += value(i);
  return rank;
}

}  // namespace arcadeq
