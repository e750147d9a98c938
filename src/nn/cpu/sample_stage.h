#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "base/thread_pool.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/stage.h"

namespace arcadeq::cpu {

// Consecutive layers that each group of samples passes through while its activations are in the
// cache; the first may read observations.
//
// The groups do not depend on the number of threads. Each has a small gradient of its own; these
// are added in the order of the groups.
class SampleStage : public Stage {
 public:
  // The stage reads activations of `in_size` floats, unless a layer reads observations.
  SampleStage(const kernels::Kernels& kernels, int in_size);
  ~SampleStage() override;

  void Add(std::unique_ptr<ObservationLayer> first) { first_ = std::move(first); }
  void Add(std::unique_ptr<GroupLayer> layer) { layers_.push_back(std::move(layer)); }
  // Sets the range of the layers' parameters.
  void SetParameters(std::size_t begin, std::size_t end) {
    begin_ = begin;
    end_ = end;
  }

  int out_size() const override;
  std::size_t layers() const override { return layers_.size() + (first_ != nullptr ? 1 : 0); }
  const ObservationLayer* observation_layer() const override { return first_.get(); }
  bool has_parameters() const override { return end_ > begin_; }
  bool FuseRelu() override;
  std::unique_ptr<Workspace> MakeWorkspace(int max_backward) const override;
  void Forward(const Pass& pass) const override;
  BatchView Returned(std::size_t layers, Workspace& workspace, const BatchView& out) const override;
  void Backward(const Pass& pass, const BatchView& d_out, const BatchView* d_in,
                float* gradient) const override;

 private:
  struct Scratch;
  class ScratchList;
  class OwnWorkspace;

  // Calls work(group, samples, scratch) for each group of a batch.
  template <typename Work>
  void ForEachGroup(int samples, ThreadPool& pool, Work work) const;

  // The size of the input of layer l. If no layer reads observations, the input of layer 0 is the
  // stage's input.
  int InputSize(std::size_t l) const;
  // Whether the input of layer l is in the stage's workspace.
  bool OwnsInput(std::size_t l) const;

  const kernels::Kernels& kernels_;
  int in_size_;
  std::unique_ptr<ObservationLayer> first_;
  std::vector<std::unique_ptr<GroupLayer>> layers_;
  std::size_t begin_ = 0, end_ = 0;

  std::unique_ptr<ScratchList> scratch_;  // for all workspaces
};

}  // namespace arcadeq::cpu
