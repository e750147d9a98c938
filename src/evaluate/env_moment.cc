#include "evaluate/env_moment.h"

#include <cstddef>
#include <utility>

#include "agent/insight.h"
#include "base/frame.h"
#include "env/env.h"
#include "evaluate/stacked_env.h"
#include "picture/image.h"
#include "picture/moment.h"

namespace arcadeq {

Image MakeImage(const ScreenView& screen) {
  Image image;
  image.height = screen.height;
  image.width = screen.width;
  image.pixels.assign(screen.pixels.begin(), screen.pixels.end());
  for (const Rgb& colour : screen.palette) {
    image.palette.insert(image.palette.end(), {colour.r, colour.g, colour.b});
  }
  return image;
}

Moment MakeMoment(const StackedEnv& env, Insight insight) {
  const EnvSpec& spec = env.env().spec();
  Moment moment;
  moment.lives = env.env().lives();
  moment.actions = spec.action_names;
  moment.values = std::move(insight.values);
  moment.state_value = insight.state_value;
  moment.distributions = std::move(insight.distributions);
  moment.greedy = insight.greedy;
  moment.format = spec.frame;
  const StackView observation = env.observation();
  for (int i = 0; i < observation.depth; ++i) {
    const auto* frame = observation.frames[static_cast<std::size_t>(i)];
    moment.frames.emplace_back(frame, frame + spec.frame.bytes());
  }
  return moment;
}

}  // namespace arcadeq
