#include "nn/cpu/layers/dense.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/thread_pool.h"
#include "nn/architecture.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layers/dense_product.h"
#include "nn/cpu/parameter_layout.h"
#include "nn/cpu/planner.h"
#include "nn/cpu/stage.h"

namespace arcadeq::cpu {

using kernels::Finish;
using kernels::kPanel;

namespace {

// Shards are whole pairs of panels, which make full register tiles, with enough multiply-adds to be
// worth handing to another thread. They depend only on the shapes.
constexpr std::int64_t kShardWork = 1 << 19;
constexpr int kLeastPanels = 2;
constexpr int kLeastTiles = 8;

// Calls work(first, count) for shards of [0, n). Each shard has at least `least` units (an even
// number), and each unit `unit_work` multiply-adds.
template <typename Work>
void ForEachShard(int n, int least, std::int64_t unit_work, ThreadPool& pool, Work work) {
  const std::int64_t worthwhile = (kShardWork / unit_work + 2) / 2 * 2;
  const int size =
      static_cast<int>(std::clamp<std::int64_t>(worthwhile, least, std::max(n, least)));
  pool.Run((n + size - 1) / size, [&](int shard) {
    const int first = shard * size;
    work(first, std::min(size, n - first));
  });
}

class DenseWorkspace : public Stage::Workspace {
 public:
  DenseWorkspace(int rows, int columns, int max_backward) : scratch(rows, columns, max_backward) {}

  DenseProduct::Scratch scratch;
};

// Adds one matrix whose columns are several streams with the same input.
PlacedProduct AddProduct(std::span<const layers::Dense::Stream> streams, const StreamShape& in,
                         int in_column, int out_column, Planner& planner) {
  int columns = 0;
  for (const auto& stream : streams) columns += kernels::RoundUpToPanel(stream.units);
  const PanelMatrix matrix =
      planner.layout().AddMatrix(kernels::RoundUpToPanel(in.elements()), columns);
  int first_column = 0;
  for (const auto& stream : streams) {
    planner.AddWeights({.name = stream.name,
                        .shape = {stream.units, in.elements()},
                        .initial = TensorLayout::Initial::kHeNormal,
                        .outputs = stream.units,
                        .first_column = first_column,
                        .channels = in.channels,
                        .pixels = in.height * in.width},
                       matrix);
    first_column += kernels::RoundUpToPanel(stream.units);
  }
  return {DenseProduct(planner.kernels(), matrix), in_column, out_column};
}

}  // namespace

void Plan(const layers::Dense& layer, Planner& planner) {
  const ActivationShape in = planner.TakeActivations();
  ActivationShape out;
  for (const auto& stream : layer.streams) out.streams.push_back({.channels = stream.units});
  std::vector<PlacedProduct> products;
  if (in.streams.size() == 1) {
    products.push_back(AddProduct(layer.streams, in.streams[0], 0, 0, planner));
  } else {
    if (in.streams.size() != layer.streams.size()) {
      throw std::logic_error("a dense layer's streams do not match the previous layer's");
    }
    for (std::size_t i = 0; i < in.streams.size(); ++i) {
      products.push_back(
          AddProduct({&layer.streams[i], 1}, in.streams[i], in.Offset(i), out.Offset(i), planner));
    }
  }
  planner.Add(std::make_unique<Dense>(planner.kernels(), std::move(products)), out);
}

Dense::Dense(const kernels::Kernels& kernels, std::vector<PlacedProduct> products)
    : kernels_(kernels), products_(std::move(products)) {
  for (const PlacedProduct& each : products_) out_size_ += each.product.matrix().columns;
}

bool Dense::FuseRelu() {
  return !std::exchange(relu_, true);
}

std::unique_ptr<Stage::Workspace> Dense::MakeWorkspace(int max_backward) const {
  int rows = 0, columns = 0;
  for (const PlacedProduct& each : products_) {
    rows = std::max(rows, each.product.matrix().rows);
    columns = std::max(columns, each.product.matrix().columns);
  }
  return std::make_unique<DenseWorkspace>(rows, columns, max_backward);
}

void Dense::Forward(const Pass& pass) const {
  for (const auto& [product, in_column, out_column] : products_) {
    const BatchView in = pass.in.From(in_column), out = pass.out.From(out_column);
    const std::int64_t panel_work = std::int64_t{kPanel} * product.matrix().rows * in.count;
    ForEachShard(product.panels(), kLeastPanels, panel_work, pass.pool,
                 [&, &product = product](int first, int panels) {
                   product.Forward(pass.parameters, in, first, panels,
                                   relu_ ? Finish::kRelu : Finish::kNone, out);
                 });
  }
}

void Dense::Backward(const Pass& pass, const BatchView& d_out, const BatchView* d_in,
                     float* gradient) const {
  if (relu_) {
    for (int i = 0; i < d_out.count; ++i) {
      kernels_.mask_gradient(pass.out.sample(i), out_size_, d_out.sample(i));
    }
  }
  auto& scratch = static_cast<DenseWorkspace&>(pass.workspace).scratch;
  for (const auto& [product, in_column, out_column] : products_) {
    const BatchView d_columns = d_out.From(out_column);
    product.BackwardBias(d_columns, gradient);
    if (d_in == nullptr) continue;
    const BatchView to = d_in->From(in_column);
    product.TransposeGradient(d_columns, scratch);
    const std::int64_t tile_work = std::int64_t{kPanel} * product.matrix().columns * to.count;
    ForEachShard(product.tiles(), kLeastTiles, tile_work, pass.pool,
                 [&, &product = product](int first, int tiles) {
                   product.BackwardInput(pass.parameters, first, tiles, to, scratch);
                 });
  }
}

}  // namespace arcadeq::cpu
