#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/thread_pool.h"
#include "nn/activations.h"
#include "nn/dense_layer.h"
#include "nn/layout.h"
#include "nn/network.h"
#include "nn/trunk.h"

namespace arcadeq {

// The part of a network between the features and the values of the actions: hidden layers of ReLU
// units, the last of them split in two streams if dueling (one matrix for both: the advantage's
// columns, then the value's), and the output layers.
class Head {
 public:
  class Workspace {
   public:
    Workspace(const Head& head, int max_batch, int max_backward);

   private:
    friend class Head;
    std::vector<BatchMatrix> hidden_, d_hidden_;  // of each hidden layer
    BatchMatrix action_, d_action_;               // advantages, or the values if not dueling
    BatchMatrix value_, d_value_;
    DenseLayer::Scratch scratch_;
    AlignedBuffer<float> squares_;  // [piece][widest hidden layer]
    std::vector<double> piece_squares_;
  };

  Head(const NetworkConfig& config, const Trunk& trunk, int actions, int atoms,
       ParameterLayout& layout);

  // q: [features.count][actions][atoms].
  void Forward(const float* parameters, const BatchView& features, Workspace& workspace,
               ThreadPool& pool, std::span<float> q) const;

  // Writes the gradient of the head's parameters but for the weights of hidden layers, and if
  // `d_features` is not null that of the features, zero where they are zero.
  void BeginBackward(const float* parameters, const BatchView& features, std::span<const float> dq,
                     Workspace& workspace, ThreadPool& pool, float* gradient,
                     const BatchView* d_features) const;

  // After BeginBackward(): writes the gradient of the weights of hidden layers too. Needs no
  // parameters.
  void FinishBackward(const BatchView& features, Workspace& workspace, ThreadPool& pool,
                      float* gradient) const;

  // Or takes the step of all the network's parameters: those weights' as their gradient is made,
  // without storing it, the others' from `gradient`. Returns the sum of the whole gradient's
  // squares.
  double FinishWithStep(const BatchView& features, Workspace& workspace, ThreadPool& pool,
                        float* gradient, const kernels::ParameterStep& step) const;

 private:
  // What a layer reads: an image, or units (height and width 1).
  struct Input {
    int channels, height, width;
  };
  // One dense layer for several streams of `outputs` units each, the tensors of each with its name.
  DenseLayer AddLayer(const std::vector<std::string>& names, int outputs, const Input& input,
                      ParameterLayout& layout) const;
  // What one thread does at a time in FinishWithStep(): rows of a hidden layer's weights, or a
  // range of the parameters whose gradient is stored.
  struct Piece {
    int layer;  // -1: none, a stored range
    std::size_t first, count;
  };
  void PlanPieces(std::size_t buffer_size);
  int outputs() const { return actions_ * atoms_; }
  // Of the largest layer.
  int MaxRows() const;
  int MaxColumns() const;
  // What hidden layer l reads.
  BatchView HiddenInput(std::size_t l, const BatchView& features, Workspace& workspace) const;

  void BackwardOutputs(const float* parameters, std::span<const float> dq, int samples,
                       Workspace& workspace, float* gradient) const;

  bool dueling_;
  int actions_, atoms_;
  int value_column_;  // where the value's stream begins in the last hidden layer
  std::vector<DenseLayer> hidden_;
  std::vector<DenseLayer> outputs_;  // of the actions; of the state, if dueling
  std::vector<Piece> pieces_;        // of all the network's parameters
};

}  // namespace arcadeq
