// Vectorised ReduceScreens(), for each instruction set.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "env/screen_reduction.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "env/screen_kernels.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace arcadeq::HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
void ReduceScreens(const ScreenPlan& plan, const PairLumaTable& luma, const std::uint8_t* first,
                   const std::uint8_t* second, ScreenState& state) {
  reference::ReduceScreens(plan, luma, first, second, state);
}
#else
namespace hn = hwy::HWY_NAMESPACE;

// 160 pixels, the width of every screen, are whole vectors of at most 32.
using Bytes = hn::CappedTag<std::uint8_t, 32>;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(Bytes()));

// Whether rows of n bytes are equal.
HWY_INLINE bool Equal(const std::uint8_t* a, const std::uint8_t* b, int n) {
  const Bytes d;
  int x = 0;
  auto difference = hn::Zero(d);
  for (; x + kLanes <= n; x += kLanes) {
    difference = hn::Or(difference, hn::Xor(hn::LoadU(d, a + x), hn::LoadU(d, b + x)));
  }
  bool equal = hn::AllTrue(d, hn::Eq(difference, hn::Zero(d)));
  for (; x < n; ++x) equal &= a[x] == b[x];
  return equal;
}

// The 128 entries of the table in vectors of 16, each in every block of a vector.
struct Luma {
  explicit Luma(const PairLumaTable& table) {
    for (int i = 0; i < 8; ++i) entries[i] = hn::LoadDup128(Bytes(), table.data() + 16 * i);
  }

  HWY_INLINE hn::Vec<Bytes> operator()(hn::Vec<Bytes> colours) const {
    const Bytes d;
    const auto pair = hn::ShiftRight<1>(colours);
    const auto low = hn::And(pair, hn::Set(d, 15));
    const auto bit4 = hn::TestBit(pair, hn::Set(d, 16));
    const auto bit5 = hn::TestBit(pair, hn::Set(d, 32));
    const auto bit6 = hn::TestBit(pair, hn::Set(d, 64));
    const auto of_two = [&](int i) {
      return hn::IfThenElse(bit4, hn::TableLookupBytes(entries[i + 1], low),
                            hn::TableLookupBytes(entries[i], low));
    };
    const auto of_four = [&](int i) { return hn::IfThenElse(bit5, of_two(i + 2), of_two(i)); };
    return hn::IfThenElse(bit6, of_four(4), of_four(0));
  }

  hn::Vec<Bytes> entries[8];
};

HWY_INLINE void Brighter(const std::uint8_t* first, const std::uint8_t* second, const Luma& luma,
                         const PairLumaTable& table, int n, std::uint8_t* grey) {
  const Bytes d;
  int x = 0;
  for (; x + kLanes <= n; x += kLanes) {
    const auto a = hn::LoadU(d, first + x);
    const auto b = hn::LoadU(d, second + x);
    auto brighter = luma(a);
    if (!hn::AllTrue(d, hn::Eq(a, b))) brighter = hn::Max(brighter, luma(b));
    hn::StoreU(brighter, d, grey + x);
  }
  for (; x < n; ++x) grey[x] = HWY_MAX(table[first[x] / 2], table[second[x] / 2]);
}

HWY_INLINE void SumColumns(const ScreenPlan& plan, const std::uint8_t* grey, std::uint16_t* sums) {
  const hn::FixedTag<std::uint8_t, 16> d;
  const hn::FixedTag<std::uint16_t, ScreenPlan::kGroupTarget> d16;
  const std::uint8_t* shuffle = plan.shuffles.data();
  const std::uint16_t* weights = plan.weights.data();
  for (const ScreenPlan::Group& group : plan.groups) {
    const auto source = hn::LoadU(d, grey + group.source);
    auto sum = hn::Zero(d16);
    for (int k = 0; k < plan.columns.taps; ++k) {
      const auto pixels = hn::TableLookupBytesOr0(source, hn::LoadU(d, shuffle));
      sum = hn::Add(sum, hn::Mul(hn::BitCast(d16, pixels), hn::LoadU(d16, weights)));
      shuffle += 16;
      weights += ScreenPlan::kGroupTarget;
    }
    // The next group overwrites what this stores beyond its own columns.
    hn::StoreU(sum, d16, sums + group.target);
  }
}

// Computes row y of the frame from the sums of the rows that it covers.
HWY_INLINE void SumRows(const ScreenPlan& plan, const std::uint16_t* sums, int y,
                        std::uint8_t* out) {
  const hn::CappedTag<float, 16> df;
  const hn::Rebind<std::int32_t, decltype(df)> di;
  const hn::Rebind<std::uint16_t, decltype(df)> d16;
  const hn::Rebind<std::uint8_t, decltype(df)> d8;
  constexpr int kStep = static_cast<int>(hn::MaxLanes(df));
  const int area = plan.rows.total * plan.columns.total;
  const int half = area / 2;
  // The 0.5 keeps the quotient far enough from an integer that rounding errors cannot reach it, so
  // truncation drops exactly the remainder.
  const auto start = hn::Set(df, static_cast<float>(half) + 0.5f);
  const auto per_area = hn::Set(df, 1.0f / static_cast<float>(area));
  sums += static_cast<std::size_t>(plan.rows.first[y]) * plan.sums_stride;
  for (int x = 0; x < plan.frame_width; x += kStep) {
    auto sum = start;
    for (int k = 0; k < plan.rows.taps; ++k) {
      const int weight = plan.rows.weights[k * plan.frame_height + y];
      const auto row = hn::LoadU(d16, sums + k * plan.sums_stride + x);
      sum = hn::MulAdd(hn::ConvertTo(df, hn::PromoteTo(di, row)),
                       hn::Set(df, static_cast<float>(weight)), sum);
    }
    const auto pixels = hn::DemoteTo(d8, hn::ConvertTo(di, hn::Mul(sum, per_area)));
    if (x + kStep <= plan.frame_width) {
      hn::StoreU(pixels, d8, out + x);
    } else {
      std::uint8_t last[kStep];
      hn::StoreU(pixels, d8, last);
      std::copy_n(last, plan.frame_width - x, out + x);
    }
  }
}

void ReduceScreens(const ScreenPlan& plan, const PairLumaTable& table, const std::uint8_t* first,
                   const std::uint8_t* second, ScreenState& state) {
  const Luma luma(table);
  const int width = plan.screen_width;
  std::vector<std::uint8_t>& grey = state.grey;
  for (int y = 0; y < plan.screen_height; ++y) {
    const std::size_t row = static_cast<std::size_t>(y) * width;
    state.changed[y] = state.fresh || !Equal(first + row, state.first.data() + row, width) ||
                       !Equal(second + row, state.second.data() + row, width);
    if (state.changed[y] == 0) continue;
    std::copy_n(first + row, width, state.first.data() + row);
    std::copy_n(second + row, width, state.second.data() + row);
    Brighter(first + row, second + row, luma, table, width, grey.data());
    SumColumns(plan, grey.data(), state.sums.data() + y * plan.sums_stride);
  }
  state.fresh = false;

  for (int y = 0; y < plan.frame_height; ++y) {
    const std::uint8_t* changed = state.changed.data() + plan.rows.first[y];
    if (std::any_of(changed, changed + plan.rows.taps, [](std::uint8_t row) { return row != 0; })) {
      SumRows(plan, state.sums.data(), y,
              state.frame.data() + static_cast<std::size_t>(y) * plan.frame_width);
    }
  }
}

#endif  // HWY_TARGET == HWY_SCALAR

}  // namespace arcadeq::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace arcadeq {

HWY_EXPORT(ReduceScreens);

void vectorised::ReduceScreens(const ScreenPlan& plan, const PairLumaTable& luma,
                               const std::uint8_t* first, const std::uint8_t* second,
                               ScreenState& state) {
  HWY_DYNAMIC_DISPATCH(ReduceScreens)(plan, luma, first, second, state);
}

}  // namespace arcadeq
#endif
