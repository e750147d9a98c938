#pragma once

namespace arcadeq::cpu {

// A convolution without padding over one channels-last image.
struct ConvolutionShape {
  int height = 0;  // of the input
  int width = 0;
  int channels = 0;
  int filters = 0;  // a multiple of 16
  int kernel = 0;   // both ways
  int stride = 0;   // both ways

  int out_height() const { return (height - kernel) / stride + 1; }
  int out_width() const { return (width - kernel) / stride + 1; }
  int out_pixels() const { return out_height() * out_width(); }
  int in_size() const { return height * width * channels; }
  int out_size() const { return out_pixels() * filters; }
  int weight_rows() const { return kernel * kernel * channels; }
};

}  // namespace arcadeq::cpu
