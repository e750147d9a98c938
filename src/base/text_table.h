#pragma once

#include <string>
#include <vector>

namespace arcadeq {

// A table for terminals: the first column is aligned to the left, the others to the right.
class TextTable {
 public:
  void Add(std::vector<std::string> row);
  // A line per row.
  std::string Text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace arcadeq
