#include <memory>

#include "app/commands.h"
#include "app/help.h"
#include "app/print.h"
#include "train/signature.h"

namespace arcadeq {
namespace {

int PrintSignature(bool parts) {
  const auto signature = ComputeSignature();
  if (parts) {
    for (const SignaturePart& part : signature) Print("{:016x}  {}\n", part.value, part.name);
  }
  Print("{:016x}\n", CombineSignature(signature));
  return 0;
}

}  // namespace

void AddSignatureCommand(CLI::App& app, Command& chosen) {
  CLI::App* command = app.add_subcommand(
      "signature",
      "Run each part of the system briefly with a fixed seed and print a hash of the results");
  auto parts = std::make_shared<bool>(false);
  AddExamples(*command, {{"arcadeq signature", "compare it with that of another build"},
                         {"arcadeq signature --parts", "which part differs"}});
  command->add_flag("--parts", *parts, "Also print the hash of each part");
  command->callback([parts, &chosen] { chosen = [parts] { return PrintSignature(*parts); }; });
}

}  // namespace arcadeq
