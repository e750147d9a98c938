#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "record/event.h"

namespace arcadeq {

// The article's line for an episode.
std::string EpisodeLine(const EpisodeEnded& ended);

// The lines for a run's episodes on a terminal. Where few episodes end, each gets its line at once;
// where many do, those of each second share one. Time is in seconds, from any origin.
class EpisodeLines {
 public:
  // Returns the lines to print now.
  std::vector<std::string> Add(const EpisodeEnded& ended, double now);
  // Returns the shared line once its second is over. Call a few times a second.
  std::vector<std::string> TakeDue(double now);
  // Returns the shared line even before.
  std::vector<std::string> TakeRest();

 private:
  double second_began_ = 0;
  std::int64_t ended_in_second_ = 0;
  bool busy_ = false;  // many episodes ended in the second before
  std::vector<EpisodeEnded> waiting_;
};

}  // namespace arcadeq
