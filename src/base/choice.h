#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/settings.h"

namespace arcadeq {

// Parts that come in several kinds (algorithms, losses, samplers, environments): each kind has a
// name, settings of its own, and makes the part. A new kind is one source file and one line in the
// list of its siblings:
//
//   #define ARCADEQ_LOSSES(LOSS) LOSS(huber, HuberKind) LOSS(squared, SquaredKind)
//
// names each kind and the function that makes it. The two macros at the end of this file turn such
// a list into declarations and into the entries of a Choice, which picks one of them by a setting.

template <typename Signature>
class Kind;

// A kind whose parts are made as `Made make(Args...)`.
template <typename Made, typename... Args>
class Kind<Made(Args...)> {
 public:
  virtual ~Kind() = default;
  // Adds the settings that only this kind reads. They are bound to this object.
  virtual void Declare(Settings& settings) = 0;
  // Throws UserError if the settings contradict each other.
  virtual Made Make(Args... args) const = 0;
  virtual std::unique_ptr<Kind> Clone() const = 0;
};

// The kind whose settings are a Config, with `void Declare(Settings&)`, and whose parts are
// Products constructed from (const Config&, args...).
template <typename Signature, typename Config, typename Product>
class KindOf;

template <typename Made, typename... Args, typename Config, typename Product>
class KindOf<Made(Args...), Config, Product> final : public Kind<Made(Args...)> {
 public:
  void Declare(Settings& settings) override { config_.Declare(settings); }
  Made Make(Args... args) const override {
    return std::make_unique<Product>(config_, std::forward<Args>(args)...);
  }
  std::unique_ptr<Kind<Made(Args...)>> Clone() const override {
    return std::make_unique<KindOf>(*this);
  }

 private:
  Config config_;
};

// For kinds without settings.
struct NoSettings {
  void Declare(Settings&) {}
};

// One kind out of a list, picked by a setting, with the settings of all of them. A value: copies
// share nothing.
template <typename Signature>
class Choice {
 public:
  struct Entry {
    std::string name;
    std::unique_ptr<Kind<Signature>> kind;
  };

  // `chosen` is the default: the name of one of `entries`.
  Choice(std::vector<Entry> entries, std::string chosen)
      : entries_(std::move(entries)), chosen_(std::move(chosen)) {}
  Choice(const Choice& other) : chosen_(other.chosen_) {
    for (const Entry& entry : other.entries_) {
      entries_.push_back({entry.name, entry.kind->Clone()});
    }
  }
  Choice(Choice&&) = default;
  Choice& operator=(Choice other) {
    entries_.swap(other.entries_);
    chosen_.swap(other.chosen_);
    return *this;
  }

  // Adds the setting `key`, which picks the kind, and then every kind's own.
  void Declare(Settings& settings, std::string key, std::string help) {
    std::vector<std::string> names;
    for (const Entry& entry : entries_) names.push_back(entry.name);
    settings.Add(std::move(key), &chosen_, std::move(names), std::move(help));
    for (Entry& entry : entries_) entry.kind->Declare(settings);
  }

  const std::string& name() const { return chosen_; }

  template <typename... Args>
  auto Make(Args&&... args) const {
    return Chosen().Make(std::forward<Args>(args)...);
  }

 private:
  const Kind<Signature>& Chosen() const {
    for (const Entry& entry : entries_) {
      if (entry.name == chosen_) return *entry.kind;
    }
    throw std::logic_error("Choice: no kind of the name " + chosen_);
  }

  std::vector<Entry> entries_;
  std::string chosen_;
};

// Declares the functions that LIST names, in the namespace where it stands:
// std::unique_ptr<Kind<SIGNATURE>> HuberKind(); and so on.
#define ARCADEQ_DECLARE_KINDS(SIGNATURE, LIST)           \
  using DeclaredKind = std::unique_ptr<Kind<SIGNATURE>>; \
  LIST(ARCADEQ_DECLARE_KIND)
#define ARCADEQ_DECLARE_KIND(name, function) DeclaredKind function();

// The entries of a Choice<SIGNATURE>, in the order of LIST.
#define ARCADEQ_LIST_KINDS(SIGNATURE, LIST)        \
  [] {                                             \
    std::vector<Choice<SIGNATURE>::Entry> entries; \
    LIST(ARCADEQ_ADD_KIND)                         \
    return entries;                                \
  }()
#define ARCADEQ_ADD_KIND(name, function) entries.push_back({#name, function()});

}  // namespace arcadeq
