#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <string>

#include "picture/testing/image.h"
#include "record/event.h"

namespace arcadeq {

inline std::string ContentOf(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// A picture of a single colour, with a palette of four.
inline VideoFrame Picture(std::int64_t first_step, std::uint8_t colour = 0, int height = 6,
                          int width = 4) {
  VideoFrame picture{PlainImage(colour, height, width)};
  picture.first_step = first_step;
  picture.seconds = 0.05;
  return picture;
}

inline EpisodeEnded LearningEpisode(std::int64_t episode, double raw_return) {
  EpisodeEnded ended;
  ended.episode = episode;
  ended.step = 100 * episode;
  ended.frame = 300 * episode;
  ended.length_steps = 100;
  ended.length_frames = 300;
  ended.raw_return = raw_return;
  ended.return_ = raw_return / 5;
  ended.learning = true;
  ended.mean_loss = 0.0123446;
  ended.epsilon = 0.98345;
  ended.wall_seconds = static_cast<double>(episode);
  return ended;
}

}  // namespace arcadeq
