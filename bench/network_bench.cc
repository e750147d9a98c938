// Times each part of an update separately, on one thread and on two: the presets' networks forward
// and backward, and the second half of an update (for a batch of one), with the rate of the
// definition's multiply-adds in GFLOP/s.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/aligned_buffer.h"
#include "base/frame.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "nn/cpu/kernels/instruction_sets.h"
#include "nn/network.h"
#include "nn/optimizer.h"

namespace arcadeq {
namespace {

constexpr int kActions = 6;

struct Subject {
  NetworkConfig config;
  FrameFormat frame;
  int stack;
  // Multiply-adds per sample: of the first layer, whose input needs no gradient, and of the rest.
  double first_layer;
  double other_layers;
};

const Subject kArticle{{"article", 256, true},
                       {ElementType::kUint8, 105, 80},
                       3,
                       25.0 * 19 * 16 * 8 * 8 * 3,
                       11.0 * 8 * 32 * 4 * 4 * 16 + 2816.0 * 512 + 256.0 * (kActions + 1)};
const Subject kNature{
    {"nature", 512, false},
    {ElementType::kUint8, 84, 84},
    4,
    20.0 * 20 * 32 * 8 * 8 * 4,
    9.0 * 9 * 64 * 4 * 4 * 32 + 7.0 * 7 * 64 * 3 * 3 * 64 + 3136.0 * 512 + 512.0 * kActions};

// A network on random frames, `batch` stacks of them.
struct Example {
  Example(const Subject& subject, int batch)
      : network(MakeNetwork(subject.config, {subject.frame, subject.stack, kActions})),
        parameters(network->MakeParameters()),
        target(network->MakeParameters()),
        workspace(network->MakeWorkspace(batch, batch)),
        observations(network->MakeObservations(batch)),
        frames(subject.frame.bytes() * static_cast<std::size_t>(subject.stack * batch)),
        q(static_cast<std::size_t>(batch) * kActions),
        dq(q.size(), 0.01f) {
    RandomStream random(1, "bench");
    network->Initialize(*parameters, random);
    for (auto& pixel : frames) pixel = static_cast<std::uint8_t>(random.Below(256));
    for (int i = 0; i < batch; ++i) {
      StackView stack;
      stack.depth = subject.stack;
      for (int f = 0; f < subject.stack; ++f) {
        stack.frames[f] = frames.data() + (i * subject.stack + f) * subject.frame.bytes();
      }
      stacks.push_back(stack);
    }
  }

  Network::Input input() const { return {*observations, 0, static_cast<int>(stacks.size())}; }
  void Forward(ThreadPool& pool) {
    network->Read(stacks, *observations, pool);
    network->Forward(*parameters, input(), *workspace, pool, q);
  }
  void BeginBackward(ThreadPool& pool) {
    network->BeginBackward(*parameters, input(), *workspace, pool, dq);
  }
  // The whole backward pass, with the norm.
  void Backward(ThreadPool& pool) {
    BeginBackward(pool);
    network->FinishBackward(*workspace, pool);
  }

  std::unique_ptr<Network> network;
  std::unique_ptr<Network::Parameters> parameters, target;
  std::unique_ptr<Network::Workspace> workspace;
  std::unique_ptr<Network::Observations> observations;
  AlignedBuffer<std::uint8_t> frames;
  std::vector<StackView> stacks;
  std::vector<float> q, dq;
};

void SetRate(benchmark::State& state, double multiply_adds) {
  state.counters["GFLOP/s"] =
      benchmark::Counter(2e-9 * multiply_adds, benchmark::Counter::kIsIterationInvariantRate);
}

void Forward(benchmark::State& state, const Subject& subject) {
  const int batch = static_cast<int>(state.range(0));
  ThreadPool pool(static_cast<int>(state.range(1)));
  Example example(subject, batch);
  for (auto _ : state) example.Forward(pool);
  SetRate(state, batch * (subject.first_layer + subject.other_layers));
}

void Backward(benchmark::State& state, const Subject& subject) {
  const int batch = static_cast<int>(state.range(0));
  ThreadPool pool(static_cast<int>(state.range(1)));
  Example example(subject, batch);
  example.Forward(pool);
  for (auto _ : state) example.Backward(pool);
  SetRate(state, batch * (subject.first_layer + 2 * subject.other_layers));
}

void OptimizerStep(benchmark::State& state, const Subject& subject) {
  ThreadPool pool(static_cast<int>(state.range(0)));
  Example example(subject, 1);
  example.Forward(pool);
  example.BeginBackward(pool);
  Optimizer optimizer({}, *example.network);
  for (auto _ : state) {
    benchmark::DoNotOptimize(optimizer.Step(*example.network, *example.workspace,
                                            *example.parameters, {example.target.get(), 0.08},
                                            pool));
  }
}

void Batches(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"batch", "threads"})->ArgsProduct({{1, 8, 32, 128}, {1, 2}});
  benchmark->Unit(benchmark::kMillisecond)->UseRealTime();
}

void Threads(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("threads")->Arg(1)->Arg(2);
  benchmark->Unit(benchmark::kMillisecond)->UseRealTime();
}

BENCHMARK_CAPTURE(Forward, article, kArticle)->Apply(Batches);
BENCHMARK_CAPTURE(Backward, article, kArticle)->Apply(Batches);
BENCHMARK_CAPTURE(OptimizerStep, article, kArticle)->Apply(Threads);
BENCHMARK_CAPTURE(Forward, nature, kNature)->Apply(Batches);
BENCHMARK_CAPTURE(Backward, nature, kNature)->Apply(Batches);
BENCHMARK_CAPTURE(OptimizerStep, nature, kNature)->Apply(Threads);

}  // namespace
}  // namespace arcadeq

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  benchmark::AddCustomContext("kernels", arcadeq::kernels::InstructionSets().front());
  benchmark::RunSpecifiedBenchmarks();
}
