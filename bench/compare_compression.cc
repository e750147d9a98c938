// Compares ways to store a game's frames, on frames of the game played at random: the numbers
// behind docs/decisions/replay-compression.md. Times are CPU times of one thread.
//
//   compare_compression GAME PRESET [FRAMES]     e.g. space_invaders tutorial

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <lz4.h>
#include <lz4hc.h>
#include <time.h>

#include "base/error.h"
#include "base/frame.h"
#include "base/memory.h"
#include "base/quantity_text.h"
#include "base/thread_pool.h"
#include "config/config.h"
#include "config/preset.h"
#include "env/env_config.h"
#include "game_frames.h"
#include "median.h"
#include "replay/batch.h"
#include "replay/replay.h"

namespace arcadeq {
namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr int kBatch = 32, kBatches = 300;

double Microseconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) * 1e-3;
}

struct Played : GameFrames {
  FrameFormat format;
  int stack;
};

Played Play(const std::string& game, const std::string& preset, int count) {
  Config config = LoadPreset(preset);
  config.env.game = game;
  const auto env = MakeEnv(config.env, RandomStream(1, "env"));
  return {PlayAtRandom(*env, RandomStream(1, "policy"), count), env->spec().frame,
          static_cast<int>(config.env.stack)};
}

// A way to store frames. Frame k, unless it is a key, depends on the previous frame.
struct Way {
  std::string name;
  int key_interval;
  std::function<Bytes(const Bytes& frame, const std::uint8_t* previous)> encode;
  // Decodes to out[0, size); the previous frame is at out - size.
  std::function<void(const Bytes& encoded, std::uint8_t* out, int size, bool key)> decode;
};

// Level 0: the fast compressor.
Bytes Compress(int level, const std::uint8_t* in, int size, const std::uint8_t* dictionary) {
  static LZ4_stream_t* const fast = LZ4_createStream();
  static LZ4_streamHC_t* const slow = LZ4_createStreamHC();
  Bytes out(static_cast<std::size_t>(LZ4_compressBound(size)));
  const auto* source = reinterpret_cast<const char*>(in);
  const auto* dict = reinterpret_cast<const char*>(dictionary);
  auto* target = reinterpret_cast<char*>(out.data());
  const int room = static_cast<int>(out.size());
  int written;
  if (level == 0) {
    LZ4_resetStream_fast(fast);
    if (dict != nullptr) LZ4_loadDict(fast, dict, size);
    written = LZ4_compress_fast_continue(fast, source, target, size, room, 1);
  } else {
    LZ4_resetStreamHC_fast(slow, level);
    if (dict != nullptr) LZ4_loadDictHC(slow, dict, size);
    written = LZ4_compress_HC_continue(slow, source, target, size, room);
  }
  out.resize(static_cast<std::size_t>(written));
  return out;
}

void Decompress(const Bytes& encoded, std::uint8_t* out, int size, bool key) {
  const auto* source = reinterpret_cast<const char*>(encoded.data());
  auto* target = reinterpret_cast<char*>(out);
  const int bytes = static_cast<int>(encoded.size());
  const int decoded =
      key ? LZ4_decompress_safe(source, target, bytes, size)
          : LZ4_decompress_safe_usingDict(source, target, bytes, size, target - size, size);
  if (decoded != size) std::abort();
}

Way Previous(int level, int key_interval) {
  return {fmt::format("LZ4 {}{}, key 1 in {}", level == 0 ? "fast" : fmt::format("HC {}", level),
                      key_interval > 1 ? ", previous as dictionary" : "", key_interval),
          key_interval,
          [level](const Bytes& frame, const std::uint8_t* previous) {
            return Compress(level, frame.data(), static_cast<int>(frame.size()), previous);
          },
          Decompress};
}

// a[i] ^= b[i] for i in [0, size), a word at a time; Atari's frames have whole words.
void ExclusiveOr(std::uint8_t* a, const std::uint8_t* b, std::size_t size) {
  for (std::size_t i = 0; i + sizeof(std::uint64_t) <= size; i += sizeof(std::uint64_t)) {
    std::uint64_t left, right;
    std::memcpy(&left, a + i, sizeof(left));
    std::memcpy(&right, b + i, sizeof(right));
    left ^= right;
    std::memcpy(a + i, &left, sizeof(left));
  }
}

Way Difference(int level, int key_interval) {
  return {fmt::format("xor with previous, LZ4 {}, key 1 in {}",
                      level == 0 ? "fast" : fmt::format("HC {}", level), key_interval),
          key_interval,
          [level](const Bytes& frame, const std::uint8_t* previous) {
            Bytes change = frame;
            if (previous != nullptr) ExclusiveOr(change.data(), previous, change.size());
            return Compress(level, change.data(), static_cast<int>(change.size()), nullptr);
          },
          [](const Bytes& encoded, std::uint8_t* out, int size, bool key) {
            Decompress(encoded, out, size, true);
            if (!key) ExclusiveOr(out, out - size, static_cast<std::size_t>(size));
          }};
}

// The runs of bytes that differ from the previous frame: the number to skip, the length of the run,
// the bytes.
Way Patches(int key_interval) {
  return {fmt::format("runs that changed, key (LZ4 HC 5) 1 in {}", key_interval), key_interval,
          [](const Bytes& frame, const std::uint8_t* previous) {
            if (previous == nullptr) {
              return Compress(5, frame.data(), static_cast<int>(frame.size()), nullptr);
            }
            Bytes out;
            const std::size_t size = frame.size();
            std::size_t written = 0;  // bytes of the frame
            for (std::size_t i = 0; i < size;) {
              if (frame[i] == previous[i]) {
                ++i;
                continue;
              }
              std::size_t end = i + 1;
              for (std::size_t k = end; k < size && k - end < 4; ++k) {
                if (frame[k] != previous[k]) end = k + 1;
              }
              end = std::min(end, i + 255);
              for (; i - written > 255; written += 255) out.insert(out.end(), {255, 0});
              out.push_back(static_cast<std::uint8_t>(i - written));
              out.push_back(static_cast<std::uint8_t>(end - i));
              out.insert(out.end(), frame.begin() + static_cast<std::ptrdiff_t>(i),
                         frame.begin() + static_cast<std::ptrdiff_t>(end));
              written = i = end;
            }
            return out;
          },
          [](const Bytes& encoded, std::uint8_t* out, int size, bool key) {
            if (key) return Decompress(encoded, out, size, true);
            std::memcpy(out, out - size, static_cast<std::size_t>(size));
            for (std::size_t i = 0; i < encoded.size();) {
              const std::size_t count = encoded[i + 1];
              out += encoded[i];
              std::memcpy(out, &encoded[i + 2], count);
              out += count;
              i += 2 + count;
            }
          }};
}

void Measure(const Way& way, const Played& played) {
  const auto& frames = played.frames;
  const int size = static_cast<int>(played.format.bytes());
  const int window = played.stack + 1;
  const double began = Microseconds();
  std::vector<Bytes> encoded;
  for (std::size_t k = 0; k < frames.size(); ++k) {
    const bool key = k % static_cast<std::size_t>(way.key_interval) == 0;
    encoded.push_back(way.encode(frames[k], key ? nullptr : frames[k - 1].data()));
  }
  const double append = (Microseconds() - began) / static_cast<double>(frames.size());
  std::size_t bytes = 0;
  for (const Bytes& each : encoded) bytes += each.size();

  Bytes out(static_cast<std::size_t>(way.key_interval + kBatch * window) *
            static_cast<std::size_t>(size));
  RandomStream random(1, "replay");
  std::vector<double> times;
  for (int batch = 0; batch < kBatches; ++batch) {
    std::uint64_t last = 0;  // hash of the first sample, which is decoded last
    const double start = Microseconds();
    for (int sample = kBatch - 1; sample >= 0; --sample) {
      const auto first = static_cast<int>(random.Below(frames.size() - window));
      last = static_cast<std::uint64_t>(first + window - 1);
      const int lead = first % way.key_interval;
      std::uint8_t* frame =
          out.data() +
          static_cast<std::ptrdiff_t>(way.key_interval + sample * window - lead) * size;
      for (int k = first - lead; k < first + window; ++k, frame += size) {
        way.decode(encoded[k], frame, size, k % way.key_interval == 0);
      }
    }
    times.push_back(Microseconds() - start);
    if (std::memcmp(out.data() + (way.key_interval + window - 1) * size, frames[last].data(),
                    static_cast<std::size_t>(size)) != 0) {
      ThrowUserError("{} is lossy", way.name);
    }
  }
  fmt::print("| {} | {:.0f} | {:.1f} | {:.0f} |\n", way.name,
             static_cast<double>(bytes) / static_cast<double>(frames.size()), append,
             Median(times));
}

// The replay, filled with the frames over and over.
void MeasureReplay(const Played& played, const std::string& compression, std::int64_t capacity) {
  const std::int64_t resident = ResidentMemoryBytes();
  Replay replay(played.format, played.stack, {capacity, compression}, {}, 1);
  for (std::int64_t i = 0; i < capacity + capacity / 8; ++i) {
    const auto k = static_cast<std::size_t>(i) % played.frames.size();
    if (played.first[k]) {
      replay.BeginEpisode(0, played.frames[k]);
    } else {
      replay.Append(0, {}, played.frames[k]);
    }
  }
  RandomStream random(1, "replay");
  ThreadPool pool(1);
  Batch batch(kBatch);
  std::vector<double> times;
  for (int k = 0; k < 2000; ++k) {
    const double start = Microseconds();
    replay.Sample(random, pool, batch);
    times.push_back(Microseconds() - start);
  }
  fmt::print("replay, {}, {} frames: {} a step, {:.0f} us a batch, {} resident\n", compression,
             capacity, FormatBytes(replay.store().bytes() / replay.store().frames()), Median(times),
             FormatBytes(ResidentMemoryBytes() - resident));
}

int Main(int argc, char** argv) {
  if (argc < 3) ThrowUserError("compare_compression GAME PRESET [FRAMES]");
  const Played played = Play(argv[1], argv[2], argc > 3 ? std::atoi(argv[3]) : 8000);
  fmt::print("{}, {}: {} frames of {} bytes, stacks of {}\n\n", argv[1], argv[2],
             played.frames.size(), played.format.bytes(), played.stack);
  // The largest first, while all memory that it allocates is new.
  for (const std::int64_t capacity : {1'000'000, 100'000, 10'000}) {
    MeasureReplay(played, "lz4", capacity);
  }
  for (const std::int64_t capacity : {100'000, 10'000}) MeasureReplay(played, "none", capacity);
  fmt::print(
      "\n| way | bytes a frame | us to store | us to decode a batch of {} |\n|---|---|---|---|\n",
      kBatch);
  for (const Way& way :
       {Previous(0, 1), Previous(5, 1), Previous(9, 1), Previous(0, 4), Previous(5, 2),
        Previous(4, 4), Previous(5, 4), Previous(6, 4), Previous(9, 4), Previous(5, 8),
        Previous(5, 16), Difference(0, 2), Difference(0, 4), Difference(0, 8), Difference(5, 4),
        Patches(4), Patches(8), Patches(16)}) {
    Measure(way, played);
  }
  return 0;
}

}  // namespace
}  // namespace arcadeq

int main(int argc, char** argv) {
  try {
    return arcadeq::Main(argc, argv);
  } catch (const arcadeq::UserError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
