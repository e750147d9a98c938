#pragma once

#include <filesystem>
#include <memory>

#include "base/random.h"
#include "env/env.h"
#include "env/env_config.h"

namespace arcadeq {

// A game of the Atari 2600 in the Arcade Learning Environment (Bellemare et al. 2013; sticky
// actions: Machado et al. 2018). `rom` comes from FindRom(). To be built one after the other: ALE
// is not safe to be set up by two threads at once.
//
// A frame is the luma of the last screen of a step, or with max_pool of the brighter of the last
// two screens of a step pixel by pixel, reduced by area to the observation's size (AreaReduction).
// The emulator gives 160 columns and, by game, 210 to 250 lines; 210x160 to 105x80 is exactly the
// mean of 2x2 pixels, and other heights are squeezed into the same 105 rows. A colour of an odd
// number, a grey that a PAL console shows, counts as the grey that it is; ALE's own grey screen has
// another value there. A second has 60 frames, or 50 for the games whose ROM is PAL.
//
// `config.mode` and `config.difficulty` must be among those that the game offers; UserError
// otherwise, with what it offers.
//
// A step that meets the game's end or the frame cap stops there. Reset() plays 1 to noop_max
// no-ops, of one emulator frame each, as Gymnasium's AtariPreprocessing does; they count towards
// max_frames.
std::unique_ptr<Env> MakeAtari(const EnvConfig& config, const std::filesystem::path& rom,
                               RandomStream random);

}  // namespace arcadeq
