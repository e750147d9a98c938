#include "nn/head.h"

#include <algorithm>

#include "nn/dueling.h"

namespace arcadeq {
namespace {

using kernels::Finish;
using kernels::kPanel;

// What a thread takes at a time: whole pairs of panels, which make full register tiles, and enough
// multiply-adds to be worth handing to another thread. Both are fixed by the shapes alone.
constexpr std::int64_t kShardWork = 1 << 19;
constexpr int kLeastPanels = 2;
constexpr int kLeastTiles = 8;
// Pieces of a step: rows of a hidden layer's weights, floats of the stored gradient.
constexpr int kPieceRows = 128;
constexpr std::size_t kStoredPiece = 1 << 13;

int Shards(int n, int shard_size) {
  return (n + shard_size - 1) / shard_size;
}

// Calls work(first, count) for shards of [0, n), each of at least `least` units (an even
// number) of `unit_work` multiply-adds.
template <typename Work>
void ForEachShard(int n, int least, std::int64_t unit_work, ThreadPool& pool, Work work) {
  const std::int64_t worthwhile = (kShardWork / unit_work + 2) / 2 * 2;
  const int size =
      static_cast<int>(std::clamp<std::int64_t>(worthwhile, least, std::max(n, least)));
  pool.Run(Shards(n, size), [&](int shard) {
    const int first = shard * size;
    work(first, std::min(size, n - first));
  });
}

}  // namespace

Head::Workspace::Workspace(const Head& head, int max_batch, int max_backward)
    : action_(max_batch, head.outputs()),
      d_action_(max_backward, head.outputs()),
      value_(max_batch, head.atoms_),
      d_value_(max_backward, head.atoms_),
      scratch_(head.MaxRows(), head.MaxColumns(), max_backward),
      squares_(head.pieces_.size() * head.MaxColumns()),
      piece_squares_(head.pieces_.size()) {
  for (const DenseLayer& layer : head.hidden_) {
    hidden_.emplace_back(max_batch, layer.matrix().columns);
    d_hidden_.emplace_back(max_backward, layer.matrix().columns);
  }
}

Head::Head(const NetworkConfig& config, const Trunk& trunk, int actions, int atoms,
           ParameterLayout& layout)
    : dueling_(config.dueling), actions_(actions), atoms_(atoms) {
  const int units = static_cast<int>(config.hidden);
  value_column_ = kernels::RoundUpToPanel(units);
  const bool mlp = !trunk.has_parameters();
  Input input{trunk.channels(), trunk.height(), trunk.width()};
  const Input hidden_input{units, 1, 1};
  if (mlp) {
    hidden_.push_back(AddLayer({"hidden1"}, units, input, layout));
    input = hidden_input;
  }
  if (dueling_) {
    hidden_.push_back(AddLayer({"advantage_hidden", "value_hidden"}, units, input, layout));
    outputs_.push_back(AddLayer({"advantage"}, outputs(), hidden_input, layout));
    outputs_.push_back(AddLayer({"value"}, atoms_, hidden_input, layout));
  } else {
    hidden_.push_back(AddLayer({mlp ? "hidden2" : "hidden"}, units, input, layout));
    outputs_.push_back(AddLayer({"q"}, outputs(), hidden_input, layout));
  }
  PlanPieces(layout.buffer_size());
}

DenseLayer Head::AddLayer(const std::vector<std::string>& names, int outputs, const Input& input,
                          ParameterLayout& layout) const {
  const int rows = kernels::RoundUpToPanel(input.channels * input.height * input.width);
  const int stream_columns = kernels::RoundUpToPanel(outputs);
  const PanelMatrix matrix =
      layout.AddMatrix(rows, stream_columns * static_cast<int>(names.size()));
  for (std::size_t stream = 0; stream < names.size(); ++stream) {
    TensorLayout weight{.name = names[stream] + ".weight",
                        .kind = TensorLayout::Kind::kDense,
                        .matrix = matrix,
                        .first_column = stream_columns * static_cast<int>(stream),
                        .outputs = outputs,
                        .channels = input.channels,
                        .height = input.height,
                        .width = input.width};
    TensorLayout bias = weight;
    bias.name = names[stream] + ".bias";
    bias.kind = TensorLayout::Kind::kBias;
    layout.AddTensor(std::move(weight));
    layout.AddTensor(std::move(bias));
  }
  return DenseLayer(matrix);
}

void Head::Forward(const float* parameters, const BatchView& features, Workspace& workspace,
                   ThreadPool& pool, std::span<float> q) const {
  const int samples = features.count;
  BatchView in = features;
  for (std::size_t l = 0; l < hidden_.size(); ++l) {
    const BatchView out = workspace.hidden_[l].View(samples);
    const DenseLayer& layer = hidden_[l];
    const std::int64_t panel_work = std::int64_t{kPanel} * layer.matrix().rows * samples;
    ForEachShard(layer.panels(), kLeastPanels, panel_work, pool, [&](int first, int panels) {
      layer.Forward(parameters, in, first, panels, Finish::kRelu, out);
    });
    in = out;
  }
  BatchMatrix& last = workspace.hidden_.back();
  const BatchView action = workspace.action_.View(samples);
  outputs_[0].Forward(parameters, last.View(samples), 0, outputs_[0].panels(), Finish::kNone,
                      action);
  if (dueling_) {
    const BatchView value = workspace.value_.View(samples);
    outputs_[1].Forward(parameters, last.View(samples, value_column_), 0, outputs_[1].panels(),
                        Finish::kNone, value);
    AggregateDueling(action, value, actions_, atoms_, q);
  } else {
    for (int i = 0; i < samples; ++i) {
      std::copy_n(action.sample(i), outputs(), &q[i * outputs()]);
    }
  }
}

void Head::BackwardOutputs(const float* parameters, std::span<const float> dq, int samples,
                           Workspace& workspace, float* gradient) const {
  const BatchView d_action = workspace.d_action_.View(samples);
  const BatchView d_value = workspace.d_value_.View(samples);
  if (dueling_) {
    SplitDueling(dq, actions_, atoms_, d_action, d_value);
  } else {
    for (int i = 0; i < samples; ++i) {
      std::copy_n(&dq[i * outputs()], outputs(), d_action.sample(i));
    }
  }
  for (std::size_t stream = 0; stream < outputs_.size(); ++stream) {
    const DenseLayer& layer = outputs_[stream];
    const int column = stream == 0 ? 0 : value_column_;
    const BatchView in = workspace.hidden_.back().View(samples, column);
    const BatchView d_in = workspace.d_hidden_.back().View(samples, column);
    const BatchView& d_out = stream == 0 ? d_action : d_value;
    layer.BackwardWeights(in, d_out, 0, layer.matrix().rows, gradient);
    layer.BackwardBias(d_out, gradient);
    layer.TransposeGradient(d_out, workspace.scratch_);
    layer.BackwardInput(parameters, 0, layer.tiles(), in.data, d_in, workspace.scratch_);
  }
}

int Head::MaxRows() const {
  int rows = 0;
  for (const auto* layers : {&hidden_, &outputs_}) {
    for (const DenseLayer& layer : *layers) rows = std::max(rows, layer.matrix().rows);
  }
  return rows;
}

int Head::MaxColumns() const {
  int columns = 0;
  for (const auto* layers : {&hidden_, &outputs_}) {
    for (const DenseLayer& layer : *layers) columns = std::max(columns, layer.matrix().columns);
  }
  return columns;
}

BatchView Head::HiddenInput(std::size_t l, const BatchView& features, Workspace& workspace) const {
  return l > 0 ? workspace.hidden_[l - 1].View(features.count) : features;
}

void Head::BeginBackward(const float* parameters, const BatchView& features,
                         std::span<const float> dq, Workspace& workspace, ThreadPool& pool,
                         float* gradient, const BatchView* d_features) const {
  const int samples = features.count;
  BackwardOutputs(parameters, dq, samples, workspace, gradient);
  for (std::size_t l = hidden_.size(); l-- > 0;) {
    const DenseLayer& layer = hidden_[l];
    const BatchView d_out = workspace.d_hidden_[l].View(samples);
    layer.BackwardBias(d_out, gradient);
    if (l == 0 && d_features == nullptr) break;
    const BatchView in = HiddenInput(l, features, workspace);
    const BatchView d_in = l > 0 ? workspace.d_hidden_[l - 1].View(samples) : *d_features;
    layer.TransposeGradient(d_out, workspace.scratch_);
    const std::int64_t tile_work = std::int64_t{kPanel} * layer.matrix().columns * samples;
    ForEachShard(layer.tiles(), kLeastTiles, tile_work, pool, [&](int first, int tiles) {
      layer.BackwardInput(parameters, first, tiles, in.data, d_in, workspace.scratch_);
    });
  }
}

void Head::FinishBackward(const BatchView& features, Workspace& workspace, ThreadPool& pool,
                          float* gradient) const {
  pool.Run(static_cast<int>(pieces_.size()), [&](int i) {
    const Piece& piece = pieces_[i];
    if (piece.layer < 0) return;
    hidden_[piece.layer].BackwardWeights(HiddenInput(piece.layer, features, workspace),
                                         workspace.d_hidden_[piece.layer].View(features.count),
                                         static_cast<int>(piece.first),
                                         static_cast<int>(piece.count), gradient);
  });
}

double Head::FinishWithStep(const BatchView& features, Workspace& workspace, ThreadPool& pool,
                            float* gradient, const kernels::ParameterStep& step) const {
  const auto columns = static_cast<std::size_t>(MaxColumns());
  pool.Run(static_cast<int>(pieces_.size()), [&](int i) {
    const Piece& piece = pieces_[i];
    double& sum = workspace.piece_squares_[i];
    if (piece.layer < 0) {
      sum = kernels::SumOfSquares(gradient + piece.first, piece.count);
      kernels::StepParameters(step.At(piece.first), piece.count, gradient + piece.first);
      return;
    }
    const std::span squares(workspace.squares_.data() + i * columns, columns);
    std::ranges::fill(squares, 0.0f);
    hidden_[piece.layer].StepWeights(HiddenInput(piece.layer, features, workspace),
                                     workspace.d_hidden_[piece.layer].View(features.count),
                                     static_cast<int>(piece.first), static_cast<int>(piece.count),
                                     step, squares.data());
    sum = 0;
    for (float square : squares) sum += square;
  });
  double total = 0;
  for (double sum : workspace.piece_squares_) total += sum;
  return total;
}

void Head::PlanPieces(std::size_t buffer_size) {
  std::size_t stored = 0;  // where the range begins that no layer's rows have taken
  const auto add_stored = [&](std::size_t end) {
    for (; stored < end; stored += pieces_.back().count) {
      pieces_.push_back({-1, stored, std::min(kStoredPiece, end - stored)});
    }
  };
  for (std::size_t l = 0; l < hidden_.size(); ++l) {
    const PanelMatrix& matrix = hidden_[l].matrix();
    add_stored(matrix.weights);
    for (int row = 0; row < matrix.rows; row += kPieceRows) {
      pieces_.push_back({static_cast<int>(l), static_cast<std::size_t>(row),
                         static_cast<std::size_t>(std::min(kPieceRows, matrix.rows - row))});
    }
    stored = matrix.bias;
  }
  add_stored(buffer_size);
}

}  // namespace arcadeq
