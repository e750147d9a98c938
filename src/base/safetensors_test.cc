#include "base/safetensors.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <ios>
#include <limits>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Shape = std::vector<std::int64_t>;

class TemporaryFile {
 public:
  std::string path() const { return directory_ / "file.safetensors"; }
  void Write(const std::string& content) const {
    std::ofstream(path(), std::ios::binary) << content;
  }

 private:
  TemporaryDirectory directory_;
};

std::string FileOf(const std::string& header, std::size_t data_bytes) {
  const std::uint64_t size = header.size();
  std::string content(8, '\0');
  std::memcpy(content.data(), &size, 8);
  return content + header + std::string(data_bytes, '\0');
}

// Why a file is refused; "" if it is read.
std::string Refusal(const std::string& content) {
  const TemporaryFile file;
  file.Write(content);
  const std::string refusal = RefusalOf([&] { ReadSafetensors(file.path()); });
  if (!refusal.empty()) {
    EXPECT_THAT(refusal, AllOf(HasSubstr(file.path()), Not(HasSubstr("\n"))));
  }
  return refusal;
}

std::string SmallFile() {
  const TemporaryFile file;
  const std::vector<float> weight = {1, 2, 3, 4, 5, 6}, bias = {-1, 0.5f};
  const std::vector<TensorView> tensors = {{"weight", {2, 3}, weight}, {"bias", {2}, bias}};
  WriteSafetensors(file.path(), tensors, {{"game", "pong"}});
  return ReadFile(file.path());
}

TEST(Safetensors, ReadsWhatTheReferenceLibraryWrote) {
  const SafetensorsFile file =
      ReadSafetensors(ARCADEQ_SOURCE_DIR "/tests/golden/safetensors_numpy.safetensors");
  ASSERT_EQ(file.tensors.size(), 5u);
  const auto& weight = file.tensors.at("conv1.weight");
  EXPECT_EQ(weight.shape, (Shape{2, 3, 2}));
  ASSERT_EQ(weight.values.size(), 12u);
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(weight.values[i], static_cast<float>(i) / 8 - 0.5f) << i;
  }
  EXPECT_THAT(file.tensors.at("conv1.bias").values, ElementsAre(1.5f, -2.25f, 3e-30f));
  EXPECT_THAT(file.tensors.at("scalar").shape, IsEmpty());
  EXPECT_THAT(file.tensors.at("scalar").values, ElementsAre(42.0f));
  EXPECT_EQ(file.tensors.at("empty").shape, (Shape{0, 4}));
  EXPECT_THAT(file.tensors.at("empty").values, IsEmpty());
  EXPECT_THAT(file.tensors.at("näme \"quoted\"").values, ElementsAre(7.0f));
  EXPECT_EQ(file.metadata, (std::map<std::string, std::string>{
                               {"game", "space_invaders"}, {"steps", "20000"}, {"note", "ünï\n"}}));
}

TEST(Safetensors, TheHeaderIsPaddedToEightBytes) {
  const std::string content = SmallFile();
  std::uint64_t size = 0;
  std::memcpy(&size, content.data(), 8);
  EXPECT_EQ(size % 8, 0u);
  EXPECT_EQ(content.size(), 8 + size + 8 * sizeof(float));
}

TEST(Safetensors, TheSameTensorsGiveTheSameBytes) {
  EXPECT_EQ(SmallFile(), SmallFile());
}

RC_GTEST_PROP(Safetensors, RoundTrips, ()) {
  const auto names = *rc::gen::unique<std::vector<std::string>>(
      rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127)));
  std::vector<std::vector<float>> values;
  std::vector<TensorView> tensors;
  for (const std::string& name : names) {
    const auto shape =
        *rc::gen::resize(4, rc::gen::container<Shape>(rc::gen::inRange<std::int64_t>(0, 5)));
    std::int64_t count = 1;
    for (const std::int64_t size : shape) count *= size;
    auto& tensor_values = values.emplace_back(static_cast<std::size_t>(count));
    for (float& value : tensor_values) value = static_cast<float>(*rc::gen::arbitrary<int>());
    tensors.push_back({name, shape, tensor_values});
  }
  const TemporaryFile file;
  WriteSafetensors(file.path(), tensors, {});
  const SafetensorsFile read = ReadSafetensors(file.path());
  RC_ASSERT(read.tensors.size() == tensors.size());
  for (const TensorView& tensor : tensors) {
    const auto& got = read.tensors.at(tensor.name);
    RC_ASSERT(got.shape == tensor.shape);
    RC_ASSERT(std::equal(got.values.begin(), got.values.end(), tensor.values.begin(),
                         tensor.values.end()));
  }
}

TEST(Safetensors, KeepsEveryKindOfNumber) {
  const std::vector<float> values = {-0.0f, std::numeric_limits<float>::denorm_min(),
                                     std::numeric_limits<float>::infinity(),
                                     std::numeric_limits<float>::quiet_NaN()};
  const TemporaryFile file;
  WriteSafetensors(file.path(), std::vector<TensorView>{{"x", {4}, values}}, {});
  const std::vector<float> read = ReadSafetensors(file.path()).tensors.at("x").values;
  ASSERT_EQ(read.size(), values.size());
  EXPECT_TRUE(std::ranges::equal(std::as_bytes(std::span(read)), std::as_bytes(std::span(values))));
}

TEST(Safetensors, InvalidUtf8InMetadataDoesNotLoseTheWeights) {
  const TemporaryFile file;
  WriteSafetensors(file.path(), {}, {{"rom", "/home/\xff/pong.bin"}});
  EXPECT_EQ(ReadSafetensors(file.path()).metadata.at("rom"), "/home/\uFFFD/pong.bin");
}

TEST(Safetensors, WritingContradictoryTensorsIsALogicError) {
  const TemporaryFile file;
  const std::vector<float> values(6);
  using Tensors = std::vector<TensorView>;
  for (const Tensors& tensors :
       {Tensors{{"a", {5}, values}}, Tensors{{"a", {2, 4}, values}},
        Tensors{{"a", {6}, values}, {"a", {6}, values}}, Tensors{{"__metadata__", {6}, values}}}) {
    EXPECT_THROW(WriteSafetensors(file.path(), tensors, {}), std::invalid_argument);
  }
}

TEST(Safetensors, RefusesAMissingFile) {
  EXPECT_THROW(ReadSafetensors("/nonexistent/weights.safetensors"), UserError);
}

TEST(Safetensors, RefusesFilesOfOtherKinds) {
  EXPECT_THAT(Refusal(""), HasSubstr("ends before its header"));
  EXPECT_THAT(Refusal("1234567"), HasSubstr("ends before its header"));
  EXPECT_THAT(Refusal("PK\x03\x04 a zip file of pickles"), HasSubstr("header claims"));
  EXPECT_THAT(Refusal(std::string(8, '\xff') + "{}"), HasSubstr("header claims"));
  EXPECT_THAT(Refusal(FileOf("", 0)), HasSubstr("not a JSON object"));
  EXPECT_THAT(Refusal(FileOf("[]", 0)), HasSubstr("not a JSON object"));
  EXPECT_THAT(Refusal(FileOf(" {}", 0)), HasSubstr("not a JSON object"));
  EXPECT_THAT(Refusal(FileOf("{\"a\"", 0)), HasSubstr("not valid JSON"));
  EXPECT_THAT(Refusal(FileOf("{} x", 0)), HasSubstr("not valid JSON"));
  EXPECT_THAT(Refusal(FileOf("{\"\xff\":1}", 0)), HasSubstr("not valid JSON"));
  EXPECT_EQ(Refusal(FileOf("{}   ", 0)), "");
}

// One tensor of 8 bytes, with a field or two replaced.
std::string OneTensor(const std::string& dtype, const std::string& shape,
                      const std::string& offsets) {
  return FileOf(
      R"({"t":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}",
      8);
}

TEST(Safetensors, RefusesATensorThatContradictsItsSize) {
  EXPECT_EQ(Refusal(OneTensor("\"F32\"", "[2]", "[0,8]")), "");
  EXPECT_EQ(Refusal(OneTensor("\"F32\"", "[1,2,1]", "[0,8]")), "");
  for (const char* dtype : {"\"F16\"", "\"f32\"", "32", "null"}) {
    EXPECT_THAT(Refusal(OneTensor(dtype, "[2]", "[0,8]")), HasSubstr("dtype")) << dtype;
  }
  for (const char* shape :
       {"[]", "[3]", "[0]", "[2,2]", "[-2]", "[2.0]", "2", "{}", "null", "[\"2\"]",
        "[18446744073709551615]", "[9223372036854775807]", "[4294967296,4294967296]",
        "[4611686018427387905,4]", "[9223372036854775807,9223372036854775807,2]"}) {
    EXPECT_THAT(Refusal(OneTensor("\"F32\"", shape, "[0,8]")), HasSubstr("shape")) << shape;
  }
  for (const char* offsets :
       {"[0]", "[0,8,8]", "[8,0]", "[0,9]", "[0,12]", "[-1,8]", "[0,18446744073709551615]",
        "[18446744073709551608,0]", "[0.0,8]", "null", "{\"0\":8}"}) {
    EXPECT_THAT(Refusal(OneTensor("\"F32\"", "[2]", offsets)), HasSubstr("data_offsets"))
        << offsets;
  }
}

std::string Tensor(const std::string& name, int begin, int end) {
  return fmt::format(R"("{}":{{"dtype":"F32","shape":[{}],"data_offsets":[{},{}]}})", name,
                     (end - begin) / 4, begin, end);
}

TEST(Safetensors, RefusesOverlapsGapsAndTrailingBytes) {
  EXPECT_EQ(Refusal(FileOf("{" + Tensor("b", 4, 12) + "," + Tensor("a", 0, 4) + "}", 12)), "");
  EXPECT_EQ(Refusal(FileOf("{" + Tensor("b", 0, 12) + "," + Tensor("a", 12, 12) + "}", 12)), "");
  EXPECT_THAT(Refusal(FileOf("{" + Tensor("a", 0, 8) + "," + Tensor("b", 4, 12) + "}", 12)),
              HasSubstr("overlap"));
  EXPECT_THAT(Refusal(FileOf("{" + Tensor("a", 0, 8) + "," + Tensor("b", 0, 8) + "}", 8)),
              HasSubstr("overlap"));
  EXPECT_THAT(Refusal(FileOf("{" + Tensor("a", 0, 4) + "," + Tensor("b", 8, 12) + "}", 12)),
              HasSubstr("gap"));
  EXPECT_THAT(Refusal(FileOf("{" + Tensor("a", 4, 12) + "}", 12)), HasSubstr("gap"));
  EXPECT_THAT(Refusal(FileOf("{" + Tensor("a", 0, 8) + "}", 12)), HasSubstr("end at byte 8"));
  EXPECT_THAT(Refusal(FileOf("{}", 4)), HasSubstr("end at byte 0"));
}

TEST(Safetensors, RefusesDuplicateAndUnknownHeaderEntries) {
  EXPECT_THAT(Refusal(FileOf("{" + Tensor("a", 0, 4) + "," + Tensor("a", 0, 4) + "}", 4)),
              HasSubstr("\"a\" twice"));
  EXPECT_THAT(Refusal(FileOf(R"({"__metadata__":{"k":"1","k":"2"}})", 0)), HasSubstr("twice"));
  EXPECT_THAT(Refusal(FileOf(R"({"__metadata__":{"k":1}})", 0)), HasSubstr("not text"));
  EXPECT_THAT(Refusal(FileOf(R"({"__metadata__":[]})", 0)), HasSubstr("not an object"));
  EXPECT_THAT(Refusal(FileOf(R"({"a":{"dtype":"F32","shape":[0]}})", 0)), HasSubstr("needs"));
  EXPECT_THAT(Refusal(FileOf(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"x":1}})", 0)),
              HasSubstr("needs exactly"));
  EXPECT_THAT(Refusal(FileOf("{\"a\":" + std::string(1'000'000, '['), 0)), HasSubstr("deep"));
  EXPECT_THAT(Refusal(OneTensor("\"F32\"", "[[2]]", "[0,8]")), HasSubstr("deep"));
}

// A damaged file is refused, or what was read from it is consistent.
void ExpectRefusalOrConsistency(const TemporaryFile& file, const std::string& content) {
  file.Write(content);
  try {
    const SafetensorsFile read = ReadSafetensors(file.path());
    std::size_t values = 0;
    for (const auto& [name, tensor] : read.tensors) {
      std::int64_t count = 1;
      for (const std::int64_t size : tensor.shape) count *= size;
      ASSERT_EQ(count, static_cast<std::int64_t>(tensor.values.size()));
      values += tensor.values.size();
    }
    ASSERT_EQ(values, 8u);
  } catch (const UserError&) {
    // Ignored: a damaged file may be refused.
  }
}

TEST(Safetensors, EveryTruncationIsRefused) {
  const std::string content = SmallFile();
  for (std::size_t size = 0; size < content.size(); ++size) {
    EXPECT_NE(Refusal(content.substr(0, size)), "") << size;
  }
  EXPECT_NE(Refusal(content + '\0'), "");
}

TEST(Safetensors, EveryBitFlipOfTheHeaderIsRefusedOrHarmless) {
  const std::string content = SmallFile();
  const TemporaryFile file;
  const std::size_t header_end = content.size() - 8 * sizeof(float);
  for (std::size_t bit = 0; bit < header_end * 8; ++bit) {
    std::string flipped = content;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    ExpectRefusalOrConsistency(file, flipped);
  }
}

RC_GTEST_PROP(Safetensors, DamageAnywhereIsRefusedOrHarmless, ()) {
  static const std::string whole = SmallFile();
  std::string content = whole;
  const auto places = *rc::gen::container<std::vector<std::size_t>>(
      rc::gen::inRange<std::size_t>(0, content.size()));
  for (const std::size_t place : places) content[place] = *rc::gen::arbitrary<char>();
  ExpectRefusalOrConsistency(TemporaryFile(), content);
}

}  // namespace
}  // namespace arcadeq
