#include "stats/published_scores.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

namespace arcadeq {
namespace {

// Games begun with up to 30 no-ops and cut at 108,000 frames, the human a professional tester, as
// reported by Wang et al. 2016, "Dueling Network Architectures for Deep Reinforcement Learning".
// The copies in DQN Zoo (google-deepmind/dqn_zoo, dqn_zoo/atari_data.py) and rldb agree in every
// number.
constexpr auto kHumanScores = std::to_array<HumanScore>({
    {"alien", 227.8, 7127.7},
    {"amidar", 5.8, 1719.5},
    {"assault", 222.4, 742},
    {"asterix", 210, 8503.3},
    {"asteroids", 719.1, 47388.7},
    {"atlantis", 12850, 29028.1},
    {"bank_heist", 14.2, 753.1},
    {"battle_zone", 2360, 37187.5},
    {"beam_rider", 363.9, 16926.5},
    {"berzerk", 123.7, 2630.4},
    {"bowling", 23.1, 160.7},
    {"boxing", 0.1, 12.1},
    {"breakout", 1.7, 30.5},
    {"centipede", 2090.9, 12017},
    {"chopper_command", 811, 7387.8},
    {"crazy_climber", 10780.5, 35829.4},
    {"defender", 2874.5, 18688.9},
    {"demon_attack", 152.1, 1971},
    {"double_dunk", -18.6, -16.4},
    {"enduro", 0, 860.5},
    {"fishing_derby", -91.7, -38.7},
    {"freeway", 0, 29.6},
    {"frostbite", 65.2, 4334.7},
    {"gopher", 257.6, 2412.5},
    {"gravitar", 173, 3351.4},
    {"hero", 1027, 30826.4},
    {"ice_hockey", -11.2, 0.9},
    {"jamesbond", 29, 302.8},
    {"kangaroo", 52, 3035},
    {"krull", 1598, 2665.5},
    {"kung_fu_master", 258.5, 22736.3},
    {"montezuma_revenge", 0, 4753.3},
    {"ms_pacman", 307.3, 6951.6},
    {"name_this_game", 2292.3, 8049},
    {"phoenix", 761.4, 7242.6},
    {"pitfall", -229.4, 6463.7},
    {"pong", -20.7, 14.6},
    {"private_eye", 24.9, 69571.3},
    {"qbert", 163.9, 13455},
    {"riverraid", 1338.5, 17118},
    {"road_runner", 11.5, 7845},
    {"robotank", 2.2, 11.9},
    {"seaquest", 68.4, 42054.7},
    {"skiing", -17098.1, -4336.9},
    {"solaris", 1236.3, 12326.7},
    {"space_invaders", 148, 1668.7},
    {"star_gunner", 664, 10250},
    {"surround", -10, 6.5},
    {"tennis", -23.8, -8.3},
    {"time_pilot", 3568, 5229.2},
    {"tutankham", 11.4, 167.6},
    {"up_n_down", 533.4, 11693.2},
    {"venture", 0, 1187.5},
    {"video_pinball", 16256.9, 17667.9},
    {"wizard_of_wor", 563.5, 4756.5},
    {"yars_revenge", 3092.9, 54576.9},
    {"zaxxon", 32.5, 9173.3},
});

// With sticky actions, by the protocol of Machado et al. 2018: Dopamine (Castro et al. 2018), means
// of 5 seeds, from its published curves. Without: CleanRL (Huang et al. 2022).
constexpr std::string_view kDopamine = "Dopamine, sticky actions";
constexpr std::string_view kCleanRl = "CleanRL, no sticky actions";

constexpr auto kPublishedScores = std::to_array<PublishedScore>({
    {"space_invaders", "DQN", kDopamine, 5'000'000, 516},
    {"space_invaders", "Rainbow", kDopamine, 5'000'000, 504},
    {"space_invaders", "IQN", kDopamine, 5'000'000, 635},
    {"space_invaders", "DQN", kDopamine, 10'000'000, 690},
    {"space_invaders", "Rainbow", kDopamine, 10'000'000, 723},
    {"space_invaders", "IQN", kDopamine, 10'000'000, 784},
    {"space_invaders", "DQN", kDopamine, 20'000'000, 979},
    {"space_invaders", "Rainbow", kDopamine, 20'000'000, 1111},
    {"space_invaders", "IQN", kDopamine, 20'000'000, 1296},
    {"space_invaders", "DQN", kDopamine, 40'000'000, 1426},
    {"space_invaders", "Rainbow", kDopamine, 40'000'000, 1777},
    {"space_invaders", "IQN", kDopamine, 40'000'000, 2772},
    {"space_invaders", "DQN", kCleanRl, 40'000'000, 1442},
    {"space_invaders", "C51", kCleanRl, 40'000'000, 2009},
    {"space_invaders", "DQN", kDopamine, 50'000'000, 1648},
    {"space_invaders", "Rainbow", kDopamine, 50'000'000, 1905},
    {"space_invaders", "IQN", kDopamine, 50'000'000, 4301},
    {"space_invaders", "DQN", kDopamine, 100'000'000, 2374},
    {"space_invaders", "Rainbow", kDopamine, 100'000'000, 2913},
    {"space_invaders", "IQN", kDopamine, 100'000'000, 6161},
    {"space_invaders", "DQN", kDopamine, 200'000'000, 4323},
    {"space_invaders", "Rainbow", kDopamine, 200'000'000, 5100},
    {"space_invaders", "IQN", kDopamine, 200'000'000, 7145},
});

constexpr double kAboutEqual = 1.25;

bool AboutEqual(std::int64_t a, std::int64_t b) {
  const auto [less, more] = std::minmax(a, b);
  return static_cast<double>(more) <= kAboutEqual * static_cast<double>(less);
}

}  // namespace

std::span<const HumanScore> HumanScores() {
  return kHumanScores;
}

const HumanScore* FindHumanScore(std::string_view game) {
  const auto found = std::ranges::find(kHumanScores, game, &HumanScore::game);
  return found == kHumanScores.end() ? nullptr : &*found;
}

std::vector<PublishedScore> PublishedScoresOf(std::string_view game) {
  std::vector<PublishedScore> found;
  std::ranges::copy_if(kPublishedScores, std::back_inserter(found),
                       [&](const PublishedScore& published) { return published.game == game; });
  std::ranges::sort(found, {}, [](const PublishedScore& published) {
    return std::tuple(published.source, published.algorithm, published.frames);
  });
  return found;
}

std::vector<PublishedScore> PublishedScoresAt(std::string_view game, std::int64_t frames) {
  std::vector<PublishedScore> found;
  std::ranges::copy_if(kPublishedScores, std::back_inserter(found),
                       [&](const PublishedScore& published) {
                         return published.game == game && AboutEqual(published.frames, frames);
                       });
  // Of two numbers of frames, the nearer.
  const auto distance = [frames](const PublishedScore& published) {
    return std::abs(std::log(static_cast<double>(published.frames) / static_cast<double>(frames)));
  };
  const auto nearest = std::ranges::min_element(found, {}, distance);
  if (nearest == found.end()) return found;
  std::erase_if(found, [at = nearest->frames](const PublishedScore& published) {
    return published.frames != at;
  });
  return found;
}

}  // namespace arcadeq
