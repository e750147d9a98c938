#include "record/output_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace arcadeq {

OutputFile::OutputFile(std::filesystem::path path)
    : path_(std::move(path)), file_(std::fopen(path_.c_str(), "wb")) {
  if (file_ == nullptr) Fail();
}

OutputFile::~OutputFile() {
  if (file_ != nullptr) std::fclose(file_);
}

void OutputFile::Write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) Fail();
}

void OutputFile::Flush() {
  if (std::fflush(file_) != 0) Fail();
}

void OutputFile::Close() {
  if (std::fclose(std::exchange(file_, nullptr)) != 0) Fail();
}

void OutputFile::Fail() const {
  ThrowUserError("cannot write {}: {}", path_.string(), std::strerror(errno));
}

}  // namespace arcadeq
