#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/random.h"
#include "env/env.h"
#include "env/env_config.h"

namespace arcadeq {

// The version of the Arcade Learning Environment, such as "0.12.1".
std::string EmulatorVersion();

// An Atari 2600 game in the Arcade Learning Environment (Bellemare et al. 2013; sticky actions:
// Machado et al. 2018). `rom` comes from FindRom(). Must not be called on two threads at once:
// setting up ALE is not thread-safe.
//
// A frame is the luma of a step's last screen, or with max_pool the pixel-wise maximum over its
// last two screens, reduced by area to the observation's size (ScreenReduction). The emulator
// produces 160 columns and, depending on the game, 210 to 250 lines; from 210x160 to 105x80 the
// reduction is exactly the mean of 2x2 pixels, and other heights are squeezed into the same 105
// rows. Odd colour numbers are greys that a PAL console shows; they count as those greys, unlike in
// ALE's own grey screen. The games run at 60 frames per second, or 50 if the ROM is PAL.
//
// Throws UserError, listing the valid values, if the game does not offer `config.mode` or
// `config.difficulty`.
//
// A step stops at the game's end and at the frame cap. Reset() plays 1 to noop_max no-ops of one
// emulator frame each, as Gymnasium's AtariPreprocessing does; they count towards max_frames.
std::unique_ptr<Env> MakeAtari(const EnvConfig& config, const std::filesystem::path& rom,
                               RandomStream random);

}  // namespace arcadeq
