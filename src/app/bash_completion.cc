#include "app/bash_completion.h"

#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace arcadeq {
namespace {

// The function that bash calls. It knows nothing of the commands: what it asks of the functions
// _arcadeq_words (options of a command, or its values of a type) and _arcadeq_type (of an option's
// value, or of the command's arguments) is generated.
constexpr const char* kFunction = R"END(
_arcadeq() {
  local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} option='' type
  local before=$((COMP_CWORD - 1))
  # bash takes "--set", "=" and "key" for three words.
  if [[ $word == = ]]; then
    word=''
  elif [[ ${COMP_WORDS[before]} == = ]]; then
    ((before -= 1))
  fi
  if ((COMP_CWORD == 1)); then
    type=COMMAND
  else
    option=${COMP_WORDS[before]}
    [[ $option == -* ]] || option=''
    type=$(_arcadeq_type "$command" "$option")
    if [[ -z $type && -n $option ]]; then type=$(_arcadeq_type "$command" ''); fi
    if [[ $word == -* ]]; then type=OPTION; fi
  fi
  case $type in
    FILE) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    DIR | RUN) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$(_arcadeq_words "$type" "$command")" -- "$word") ;;
  esac
  if [[ ${COMPREPLY[0]-} == *= ]]; then compopt -o nospace; fi
}
complete -F _arcadeq arcadeq ./run
)END";

std::vector<const CLI::App*> Commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

bool TakesAValue(const CLI::Option& option) {
  return option.get_items_expected_max() > 0;
}

// CLI11 appends what a validator checks ("RUN:DIR").
std::string ValueType(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return type.substr(0, type.find(':'));
}

std::string Case(const std::string& pattern, const std::string& text) {
  return fmt::format("    '{}') echo '{}' ;;\n", pattern, text);
}

}  // namespace

std::string BashCompletion(const CLI::App& app,
                           const std::map<std::string, std::vector<std::string>>& words) {
  std::vector<std::string> commands;
  std::string word_cases, type_cases;
  for (const CLI::App* command : Commands(app)) {
    commands.push_back(command->get_name());
    std::vector<std::string> names;
    for (const CLI::Option* option : command->get_options()) {
      const bool positional = !option->nonpositional();
      if (!positional) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
      }
      if (!TakesAValue(*option) || ValueType(*option).empty()) continue;
      if (positional) {
        type_cases += Case(command->get_name() + " ", ValueType(*option));
      } else {
        for (const std::string& name : option->get_lnames()) {
          type_cases += Case(fmt::format("{} --{}", command->get_name(), name), ValueType(*option));
        }
      }
    }
    word_cases += Case("OPTION " + command->get_name(), fmt::format("{}", fmt::join(names, " ")));
  }
  for (const auto& [type, values] : words) {
    word_cases += fmt::format("    '{} '*) echo '{}' ;;\n", type, fmt::join(values, " "));
  }
  return fmt::format(
      "# Completion for arcadeq and its launcher: source <(arcadeq completion)\n"
      "_arcadeq_words() {{\n  case \"$1 $2\" in\n"
      "    'COMMAND '*) echo '{}' ;;\n{}  esac\n}}\n"
      "_arcadeq_type() {{\n  case \"$1 $2\" in\n{}  esac\n}}{}",
      fmt::join(commands, " "), word_cases, type_cases, kFunction);
}

}  // namespace arcadeq
