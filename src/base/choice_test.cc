#include "base/choice.h"

#include <memory>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "base/error.h"
#include "base/settings.h"

namespace arcadeq {
namespace {

class Shape {
 public:
  virtual ~Shape() = default;
  virtual double Area() const = 0;
};
using ShapeMaker = std::unique_ptr<Shape>(double);

struct SquareConfig {
  double factor = 1;
  void Declare(Settings& settings) { settings.Add("square.factor", &factor, 0, 10, "Of its area"); }
  void Check() const {
    if (factor == 0) ThrowUserError("square.factor = 0: a square has an area");
  }
};
class Square : public Shape {
 public:
  Square(const SquareConfig& config, double side) : area_(config.factor * side * side) {}
  double Area() const override { return area_; }

 private:
  double area_;
};

class Disc : public Shape {
 public:
  explicit Disc(double radius) : area_(3 * radius * radius) {}
  double Area() const override { return area_; }

 private:
  double area_;
};

Choice<ShapeMaker> Shapes() {
  std::vector<Choice<ShapeMaker>::Entry> entries;
  entries.push_back({"square", std::make_unique<KindOf<ShapeMaker, SquareConfig, Square>>()});
  entries.push_back({"disc", std::make_unique<KindOf<ShapeMaker, NoSettings, Disc>>()});
  return {std::move(entries), "square"};
}

Settings Declared(Choice<ShapeMaker>& shapes) {
  Settings settings;
  shapes.Declare(settings, "shape", "What is drawn");
  return settings;
}

TEST(Choice, MakesTheKindThatTheSettingNames) {
  auto shapes = Shapes();
  EXPECT_EQ(shapes.Make(2.0)->Area(), 4);
  Declared(shapes).Set("shape", "disc", "test");
  EXPECT_EQ(shapes.name(), "disc");
  EXPECT_EQ(shapes.Make(2.0)->Area(), 12);
}

TEST(Choice, DeclaresTheSettingsOfEveryKind) {
  auto shapes = Shapes();
  Declared(shapes).Set("square.factor", "2.5", "test");
  EXPECT_EQ(shapes.Make(2.0)->Area(), 10);
}

TEST(Choice, RefusesAnUnknownName) {
  auto shapes = Shapes();
  Settings settings = Declared(shapes);
  EXPECT_THROW(settings.Set("shape", "cube", "test"), UserError);
  EXPECT_EQ(shapes.name(), "square");
}

TEST(Choice, ChecksTheSettingsOfTheSelectedKind) {
  auto shapes = Shapes();
  EXPECT_NO_THROW(shapes.Check());
  Declared(shapes).Set("square.factor", "0", "test");
  EXPECT_THROW(shapes.Check(), UserError);
  Declared(shapes).Set("shape", "disc", "test");
  EXPECT_NO_THROW(shapes.Check());
}

TEST(Choice, ACopySharesNothing) {
  auto shapes = Shapes();
  auto copy = shapes;
  Declared(copy).Set("square.factor", "10", "test");
  EXPECT_EQ(shapes.Make(1.0)->Area(), 1);
  EXPECT_EQ(copy.Make(1.0)->Area(), 10);
  shapes = copy;
  EXPECT_EQ(shapes.Make(1.0)->Area(), 10);
}

}  // namespace
}  // namespace arcadeq
