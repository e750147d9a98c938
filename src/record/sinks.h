#pragma once

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "record/sink.h"
#include "record/spectator.h"
#include "window/window_process.h"

namespace arcadeq {

// All sinks. Each throws UserError if its file cannot be created. Sinks that can continue the
// output of an earlier process take the states saved by its Sink::Save(); the first new write drops
// everything after that state. They throw UserError if a state or its file is damaged. Without a
// state they start a new file.

// The article's lines, one per episode ("Episode: i, Reward: r, avg loss: l, eps: e", before
// learning "Pre-training...Episode: i"), and notes. On a terminal, a dashboard stays below them or,
// if the terminal is small, a single line with the most important of its values; and where many
// episodes end, they share lines. Never waits for the reader: if nobody reads the output fast
// enough, drops lines and later reports how many. `typed_lines`, if any, counts the lines that a
// person has typed on the terminal (TypedLines) since the sink last took notice.
std::unique_ptr<Sink> MakeConsoleSink(std::FILE* out, bool is_terminal,
                                      const SinkStates& states = {},
                                      std::atomic<int>* typed_lines = nullptr);

// TensorBoard's event file: "reward" and "avg loss" by episode, as in the article, and the other
// scalars by step (docs/metrics.md explains each).
std::unique_ptr<Sink> MakeTensorBoardSink(const std::filesystem::path& directory,
                                          const SinkStates& states = {});

// episodes.csv: a header and one row per episode.
std::unique_ptr<Sink> MakeCsvSink(const std::filesystem::path& file, const SinkStates& states = {});

// One GIF per filmed episode, episode_000051.gif, in the screen's own colours, scaled to `height` x
// `width` pixels (nearest neighbour; 0: the screen's size). A video cut short by the end of the run
// is kept as unfinished_from_step_000012345.gif, because its episode has no number.
std::unique_ptr<Sink> MakeGifSink(const std::filesystem::path& directory, int height, int width);

// The game in a window, shown by the process that `command` starts (see MakeWindowCommand()): a
// display that is missing, lost or hangs makes this sink fail but blocks nothing. Space stops the
// drawing and continues it, O shows or hides what the agent thinks, H lists the keys. Closing the
// window does not end the run. Updates `spectator`, which must outlive the sink.
std::unique_ptr<Sink> MakeWindowSink(WindowCommand command, Spectator& spectator);

}  // namespace arcadeq
