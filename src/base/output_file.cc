#include "base/output_file.h"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/types.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/file_descriptor.h"

namespace arcadeq {

namespace {

void CheckSize(const std::filesystem::path& path, std::uint64_t present, std::uint64_t size) {
  if (present < size) {
    ThrowUserError("{} has {} bytes; the run wrote {}", path.string(), present, size);
  }
}

}  // namespace

std::string ReadWritten(const std::filesystem::path& path, std::uint64_t size) {
  std::string content = ReadFile(path);
  CheckSize(path, content.size(), size);
  content.resize(size);
  return content;
}

OutputFile::OutputFile(std::filesystem::path path)
    : path_(std::move(path)), file_(std::fopen(path_.c_str(), "wb")) {
  if (file_ == nullptr) Fail();
}

OutputFile::OutputFile(std::filesystem::path path, std::uint64_t size)
    : path_(std::move(path)), file_(nullptr), size_(size), flushed_size_(size), has_rest_(true) {
  std::error_code error;
  const std::uintmax_t present = std::filesystem::file_size(path_, error);
  if (error) {
    errno = error.value();
    Fail();
  }
  CheckSize(path_, present, size);
  file_ = std::fopen(path_.c_str(), "r+b");
  if (file_ == nullptr || std::fseek(file_, static_cast<long>(size), SEEK_SET) != 0) Fail();
}

OutputFile::~OutputFile() {
  if (file_ != nullptr) std::fclose(file_);
}

void OutputFile::Write(std::string_view bytes) {
  if (has_rest_ && ftruncate(fileno(file_), static_cast<off_t>(size_)) != 0) Fail();
  has_rest_ = false;
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) Fail();
  size_ += bytes.size();
}

void OutputFile::Flush() {
  if (std::fflush(file_) != 0) Fail();
  flushed_size_ = size_;
}

void OutputFile::Sync() {
  Flush();
  errno = FlushFile(fileno(file_));
  if (errno == 0) errno = FlushDirectory(path_.parent_path());
  if (errno != 0) Fail();
}

void OutputFile::Close() {
  if (std::fclose(std::exchange(file_, nullptr)) != 0) Fail();
}

void OutputFile::Fail() const {
  ThrowUserError("cannot write {}: {}", path_.string(), std::strerror(errno));
}

}  // namespace arcadeq
