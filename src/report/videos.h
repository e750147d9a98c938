#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "report/agents.h"
#include "report/run_contents.h"

namespace arcadeq {

// A video on the page: the radio button `input` shows it.
struct EmbeddedVideo {
  const RunContents* run;
  const RunVideo* video;
  std::string gif;
  std::string input;
};

struct EmbeddedVideos {
  std::vector<EmbeddedVideo> videos;  // by run, then by time
  std::size_t found = 0;              // of all runs
  std::uint64_t bytes = 0;            // embedded
  std::uint64_t limit = 0;            // on `bytes`
  std::vector<std::string> notes;     // a line for each file that could not be read
};

// Reads the videos to embed, `limit` bytes at most. Each run gets an equal share, and where its
// videos do not fit they are thinned out evenly; the last one counts most, then the first.
EmbeddedVideos ReadVideos(const ReportedRuns& runs, std::uint64_t limit);

// "episode 1,100, step 4,521,984, score 590", as far as known.
std::string DescribeVideo(const EmbeddedVideo& embedded);

// The numbers 0 ... n - 1 in an order whose beginnings are spread evenly: the last, the first, the
// middle, and so on.
std::vector<std::size_t> SpreadOrder(std::size_t n);

}  // namespace arcadeq
