#include "record/output_file.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "base/error.h"
#include "base/file_descriptor.h"

namespace arcadeq {

OutputFile::OutputFile(std::filesystem::path path)
    : path_(std::move(path)), file_(std::fopen(path_.c_str(), "wb")) {
  if (file_ == nullptr) Fail();
}

OutputFile::OutputFile(std::filesystem::path path, std::uint64_t size)
    : path_(std::move(path)),
      file_(std::fopen(path_.c_str(), "r+b")),
      size_(size),
      flushed_size_(size),
      has_rest_(true) {
  std::error_code error;
  const std::uintmax_t present = file_ == nullptr ? 0 : std::filesystem::file_size(path_, error);
  if (file_ == nullptr || error) Fail();
  if (present < size) {
    std::fclose(std::exchange(file_, nullptr));
    ThrowUserError("{} has {} bytes; the run had written {}", path_.string(), present, size);
  }
  if (std::fseek(file_, static_cast<long>(size), SEEK_SET) != 0) Fail();
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
