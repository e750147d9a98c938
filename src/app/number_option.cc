#include "app/number_option.h"

#include <cstdint>
#include <memory>
#include <string>

#include "base/settings.h"

namespace arcadeq {
namespace {

template <typename Number>
CLI::Option* Add(CLI::App& command, const std::string& option, Number* value, Number min,
                 Number max, const std::string& help) {
  auto setting = std::make_shared<Settings>();
  setting->Add(option, value, min, max, help);
  return command
      .add_option_function<std::string>(
          option,
          [setting, option, name = command.get_name()](const std::string& text) {
            setting->Set(option, text, name);
          },
          help)
      ->type_name("N")
      ->take_last();
}

}  // namespace

CLI::Option* AddNumberOption(CLI::App& command, const std::string& option, std::int64_t* value,
                             std::int64_t min, std::int64_t max, const std::string& help) {
  return Add(command, option, value, min, max, help);
}

CLI::Option* AddNumberOption(CLI::App& command, const std::string& option, double* value,
                             double min, double max, const std::string& help) {
  return Add(command, option, value, min, max, help);
}

}  // namespace arcadeq
