#pragma once

#include <filesystem>
#include <string>

namespace arcadeq {

// "Debian GNU/Linux 12 (bookworm), Linux 6.1.0-28-amd64 x86_64".
std::string SystemName();

// The processor's name; if the system knows none, its architecture.
std::string ProcessorModel();

// Mean number of processes that wanted to run in the last minute; negative if unknown.
double LoadAverage();

namespace internal {

// The same, for a system whose /etc and /proc lie under `root`.
std::string DistributionName(const std::filesystem::path& root);
std::string ProcessorModel(const std::filesystem::path& root);  // empty if unknown
double LoadAverage(const std::filesystem::path& root);

}  // namespace internal

}  // namespace arcadeq
