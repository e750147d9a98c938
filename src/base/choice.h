#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/settings.h"

namespace arcadeq {

// Parts that come in several kinds (algorithms, losses, samplers, architectures, environments).
// Each kind has a name and its own settings, and makes the part. A new kind is one source file and
// one line in the list of its siblings:
//
//   #define ARCADEQ_LOSSES(LOSS) LOSS(huber, HuberKind) LOSS(squared, SquaredKind)
//
// names each kind and the function that makes it. The two macros at the end of this file turn such
// a list into declarations and into the entries of a Choice, which selects one of them by a
// setting. Maker is the type of the function that makes a part, for example
// std::unique_ptr<Loss>().
template <typename Maker>
class Kind;

// A kind whose parts are made as `Made make(Args...)`.
template <typename Made, typename... Args>
class Kind<Made(Args...)> {
 public:
  virtual ~Kind() = default;
  // Adds the settings of this kind, which are bound to this object.
  virtual void Declare(Settings& settings) = 0;
  // Throws UserError if the settings contradict each other.
  virtual void Check() const = 0;
  virtual Made Make(Args... args) const = 0;
  virtual std::unique_ptr<Kind> Clone() const = 0;
};

template <typename Maker>
using KindPointer = std::unique_ptr<Kind<Maker>>;

// For kinds without settings.
struct NoSettings {
  void Declare(Settings&) {}
};

// The kind whose settings are a Config, with `void Declare(Settings&)` and optionally `void Check()
// const`, and whose parts are returned by a Function that is called with (const Config&, args...)
// or with the arguments alone.
template <typename Maker, typename Config, typename Function>
class KindBy;

template <typename Made, typename... Args, typename Config, typename Function>
class KindBy<Made(Args...), Config, Function> final : public Kind<Made(Args...)> {
 public:
  void Declare(Settings& settings) override { config_.Declare(settings); }
  void Check() const override {
    if constexpr (requires { config_.Check(); }) config_.Check();
  }
  Made Make(Args... args) const override {
    if constexpr (std::is_invocable_v<Function, const Config&, Args...>) {
      return Function{}(config_, std::forward<Args>(args)...);
    } else {
      return Function{}(std::forward<Args>(args)...);
    }
  }
  std::unique_ptr<Kind<Made(Args...)>> Clone() const override {
    return std::make_unique<KindBy>(*this);
  }

 private:
  Config config_;
};

template <typename Product>
struct NewProduct {
  template <typename... Args>
  requires std::is_constructible_v<Product, Args...> std::unique_ptr<Product>
  operator()(Args&&... args) const {
    return std::make_unique<Product>(std::forward<Args>(args)...);
  }
};

// The kind whose parts are Products constructed from (const Config&, args...) or from the arguments
// alone.
template <typename Maker, typename Config, typename Product>
using KindOf = KindBy<Maker, Config, NewProduct<Product>>;

// Kinds by name, with all of their settings. Has value semantics: copies share nothing.
template <typename Maker>
class KindSet {
 public:
  struct Entry {
    std::string name;
    KindPointer<Maker> kind;
  };

  explicit KindSet(std::vector<Entry> entries) : entries_(std::move(entries)) {}
  KindSet(const KindSet& other) {
    for (const Entry& entry : other.entries_) {
      entries_.push_back({entry.name, entry.kind->Clone()});
    }
  }
  KindSet(KindSet&&) = default;
  KindSet& operator=(KindSet other) {
    entries_.swap(other.entries_);
    return *this;
  }

  // In the order of the list.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    names.reserve(entries_.size());
    for (const Entry& entry : entries_) names.push_back(entry.name);
    return names;
  }
  // Null if there is no kind of this name.
  const Kind<Maker>* Find(std::string_view name) const {
    for (const Entry& entry : entries_) {
      if (entry.name == name) return entry.kind.get();
    }
    return nullptr;
  }
  // Throws UserError if the settings of the kind of this name, if there is one, contradict each
  // other.
  void Check(std::string_view name) const {
    if (const Kind<Maker>* kind = Find(name)) kind->Check();
  }
  // Adds the settings of every kind.
  void Declare(Settings& settings) {
    for (Entry& entry : entries_) entry.kind->Declare(settings);
  }

 private:
  std::vector<Entry> entries_;
};

// One of several kinds, selected by a setting.
template <typename Maker>
class Choice {
 public:
  using Entry = typename KindSet<Maker>::Entry;

  // `chosen` is the default: the name of one of `entries`.
  Choice(std::vector<Entry> entries, std::string chosen)
      : kinds_(std::move(entries)), chosen_(std::move(chosen)) {}

  // Adds the setting `key`, which selects the kind, and then the settings of every kind.
  void Declare(Settings& settings, std::string key, std::string help) {
    settings.Add(std::move(key), &chosen_, kinds_.names(), std::move(help));
    kinds_.Declare(settings);
  }

  const std::string& name() const { return chosen_; }
  std::vector<std::string> names() const { return kinds_.names(); }

  // Throws UserError if the settings of the selected kind contradict each other.
  void Check() const { Chosen().Check(); }

  template <typename... Args>
  auto Make(Args&&... args) const {
    return Chosen().Make(std::forward<Args>(args)...);
  }

 private:
  const Kind<Maker>& Chosen() const {
    const Kind<Maker>* kind = kinds_.Find(chosen_);
    if (kind == nullptr) throw std::logic_error("Choice: no kind named " + chosen_);
    return *kind;
  }

  KindSet<Maker> kinds_;
  std::string chosen_;
};

// Declares the functions that LIST names, in the current namespace: KindPointer<MAKER> HuberKind();
// and so on.
#define ARCADEQ_DECLARE_KINDS(MAKER, LIST) \
  using DeclaredKind = KindPointer<MAKER>; \
  LIST(ARCADEQ_DECLARE_KIND)
#define ARCADEQ_DECLARE_KIND(name, function) DeclaredKind function();

// The entries of a KindSet<MAKER> or a Choice, in the order of LIST.
#define ARCADEQ_LIST_KINDS(MAKER, LIST)         \
  [] {                                          \
    std::vector<KindSet<MAKER>::Entry> entries; \
    LIST(ARCADEQ_ADD_KIND)                      \
    return entries;                             \
  }()
#define ARCADEQ_ADD_KIND(name, function) entries.push_back({#name, function()});

}  // namespace arcadeq
