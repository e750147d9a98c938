#include <cstddef>
#include <cstdint>
#include <vector>

#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/reference.h"
#include "nn/testing/kernel_test.h"

namespace arcadeq::kernels {
namespace {

class ProductsTest : public KernelTest {};

TEST_P(ProductsTest, MultiplyPanels) {
  for (int rows = 1; rows <= 27; ++rows) {
    for (int panels = 1; panels <= 5; ++panels) {
      const int runs = 1 + rows % 3, run_length = 8 * (1 + rows % 4);
      const auto start = static_cast<Start>(rows % 3);
      const auto finish = static_cast<Finish>((rows + panels) % 2);
      const int a_stride = runs * run_length + 24, c_stride = panels * kPanel + 16;
      const auto a = Random(static_cast<std::size_t>(rows) * a_stride);
      const auto w = Random(static_cast<std::size_t>(panels) * runs * run_length * kPanel);
      const auto bias = Random(static_cast<std::size_t>(panels) * kPanel);
      auto actual = Random(static_cast<std::size_t>(rows) * c_stride);
      auto expected = Copy(actual);
      std::vector<std::int32_t> a_offsets, c_offsets;
      for (int i = 0; i < rows; ++i) {
        a_offsets.push_back(i * a_stride);
        c_offsets.push_back(i * c_stride);
      }
      PanelProduct product;
      product.rows = rows;
      product.a = a.data();
      product.a_offsets = a_offsets.data();
      product.runs = runs;
      product.run_length = run_length;
      product.run_stride = run_length + 8;
      product.w = {w.data(), panels, static_cast<std::ptrdiff_t>(runs) * run_length * kPanel};
      product.c_offsets = c_offsets.data();
      product.start = start;
      product.bias = bias.data();
      product.finish = finish;
      Prefetch prefetch;
      prefetch.row_spacing = panels % 2 == 0 ? a_stride : 0;
      product.c = actual.data();
      kernels_.multiply_panels(product, prefetch);
      product.c = expected.data();
      kReference.multiply_panels(product, {});
      ExpectSame(actual, expected);
    }
  }
}

TEST_P(ProductsTest, AddListedProducts) {
  for (int rows = 0; rows <= 27; ++rows) {
    const int panels = 1 + rows % 3, k = 4 * (1 + rows % 4), stride = panels * kPanel;
    const auto a = Random(static_cast<std::size_t>(rows) * k);
    const auto w = Random(static_cast<std::size_t>(panels) * k * kPanel);
    auto actual = Random(static_cast<std::size_t>(2 * rows + 1) * stride);
    auto expected = Copy(actual);
    std::vector<std::int32_t> offsets;
    offsets.reserve(static_cast<std::size_t>(rows));
    for (int i = 0; i < rows; ++i) offsets.push_back(2 * i * stride);
    ListedProduct product;
    product.rows = rows;
    product.a = a.data();
    product.k = k;
    product.w = {w.data(), panels, static_cast<std::ptrdiff_t>(k) * kPanel};
    product.c_offsets = offsets.data();
    product.c = actual.data();
    kernels_.add_listed_products(product);
    product.c = expected.data();
    kReference.add_listed_products(product);
    ExpectSame(actual, expected);
  }
}

ARCADEQ_INSTANTIATE_KERNEL_TEST(ProductsTest);

}  // namespace
}  // namespace arcadeq::kernels
