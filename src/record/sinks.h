#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "record/recorder.h"
#include "record/window_process.h"

namespace arcadeq {

// Each sink of the system. All throw UserError if their file cannot be made. Those that can go on
// where an earlier process was take what that one's Sink::Save() left; what it wrote afterwards is
// dropped, with the first thing that is written anew. They throw UserError if a state or the file
// that it tells of is damaged. Without a state for them they begin a new file.

// The article's lines, one an episode ("Episode: i, Reward: r, avg loss: l, eps: e", before
// learning "Pre-training...Episode: i"), and notes. On a terminal a live line below them, renewed
// by every Progress: frames, steps/s, mean return of the last 100 episodes, epsilon, loss, time
// left. While nobody reads what is written, or not as fast, lines are left out and later counted:
// nothing waits for the reader.
std::unique_ptr<Sink> MakeConsoleSink(std::FILE* out, bool is_terminal,
                                      const SinkStates& states = {});

// TensorBoard's event file: "reward" and "avg loss" by episode, as the article has them, and the
// rest by step (docs/metrics.md explains each).
std::unique_ptr<Sink> MakeTensorBoardSink(const std::filesystem::path& directory,
                                          const SinkStates& states = {});

// episodes.csv: a header and one row an episode.
std::unique_ptr<Sink> MakeCsvSink(const std::filesystem::path& file, const SinkStates& states = {});

// One GIF for each filmed episode, episode_000051.gif, in the screen's own colours, scaled to
// `height` x `width` pixels (nearest neighbour; 0: as the screen is). A video that the end of the
// run cuts short is kept, as unfinished_from_step_000012345.gif: its episode has no number.
std::unique_ptr<Sink> MakeGifSink(const std::filesystem::path& directory, int height, int width);

// The game in a window (SDL2), scaled by whole numbers, shown by the process that `command` starts
// (see MakeWindowCommand()): a display that is missing, lost or hangs fails this sink and holds up
// nothing. Closing the window ends the showing, not the run. `watched` is whether pictures are of
// use: true until the window is closed or lost. It must outlive the sink.
std::unique_ptr<Sink> MakeWindowSink(WindowCommand command, std::atomic<bool>& watched);

}  // namespace arcadeq
