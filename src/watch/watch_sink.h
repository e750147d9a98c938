#pragma once

#include <memory>

#include "record/sink.h"
#include "watch/bulletin.h"

namespace arcadeq {

// Posts the run's status and pictures, while someone reads them, and its end. Continues the scores
// of the states that an earlier sink of this kind has saved. `bulletin` must outlive the sink.
std::unique_ptr<Sink> MakeWatchSink(Bulletin& bulletin, const SinkStates& states);

}  // namespace arcadeq
