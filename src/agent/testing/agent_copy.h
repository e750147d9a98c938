#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/agent.h"
#include "base/state.h"
#include "nn/network.h"
#include "replay/replay.h"
#include "replay/saved_replay.h"

namespace arcadeq {

// A copy of an agent's state, which can be put into another agent with the same settings.
class AgentCopy {
 public:
  explicit AgentCopy(Agent& agent) {
    StateWriter writer;
    Taker taker(writer, *this);
    agent.VisitState(taker);
    values_ = writer.bytes();
  }

  void PutInto(Agent& agent) const {
    StateReader reader(values_, "copy");
    Giver giver(reader, *this);
    agent.VisitState(giver);
    reader.ExpectAllRead();
  }

  // All values of the parameters with this name, in the order of the exported tensors.
  const std::vector<float>& parameters(const std::string& name) const {
    return parameters_.at(name).flat;
  }

 private:
  struct Copied {
    std::vector<Network::NamedTensor> tensors;
    std::vector<float> flat;
  };

  class Taker : public AgentState {
   public:
    Taker(State& values, AgentCopy& copy) : values_(values), copy_(copy) {}
    State& values() override { return values_; }
    void Parameters(std::string_view name, const Network& network,
                    Network::Parameters& parameters) override {
      Copied& copied = copy_.parameters_[std::string(name)];
      copied.tensors = network.Export(parameters);
      for (const auto& tensor : copied.tensors) {
        copied.flat.insert(copied.flat.end(), tensor.values.begin(), tensor.values.end());
      }
    }
    void Replay(arcadeq::Replay& replay) override { copy_.replay_ = replay.Save(); }

   private:
    State& values_;
    AgentCopy& copy_;
  };

  class Giver : public AgentState {
   public:
    Giver(State& values, const AgentCopy& copy) : values_(values), copy_(copy) {}
    State& values() override { return values_; }
    void Parameters(std::string_view name, const Network& network,
                    Network::Parameters& parameters) override {
      network.Import(copy_.parameters_.at(std::string(name)).tensors, parameters);
    }
    void Replay(arcadeq::Replay& replay) override {
      constexpr int kAnyAction = 1 << 20;
      replay.Restore(copy_.replay_.state, kAnyAction,
                     [this](int env, std::int64_t number, std::span<std::uint8_t> bytes) {
                       for (const SavedSegment& segment : copy_.replay_.segments) {
                         if (segment.env != env || segment.number != number) continue;
                         std::ranges::copy(segment.bytes, bytes.begin());
                       }
                     });
    }

   private:
    State& values_;
    const AgentCopy& copy_;
  };

  std::string values_;
  std::map<std::string, Copied> parameters_;
  SavedReplay replay_;
};

}  // namespace arcadeq
