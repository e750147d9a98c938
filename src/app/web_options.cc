#include "app/web_options.h"

#include <cstdint>
#include <string>
#include <vector>

#include "base/settings.h"
#include "watch/sockets.h"

namespace arcadeq {

CLI::Option* WebOptions::AddWatchTo(CLI::App& command, bool* watch) {
  return command
      .add_option_function<std::vector<std::string>>(
          "--watch",
          [this, watch, name = command.get_name()](const std::vector<std::string>& ports) {
            *watch = true;
            Settings setting;
            setting.Add("--watch", &port, std::int64_t{0}, std::int64_t{65535}, "");
            for (const std::string& text : ports) {
              if (!text.empty()) setting.Set("--watch", text, name);
            }
          },
          "Show the run in the browser, at this port (default: any free one)")
      ->expected(0, 1)
      ->type_name("PORT");
}

CLI::Option* WebOptions::AddBindTo(CLI::App& command) {
  return command
      .add_option("--bind", bind,
                  "Address to serve the page at (default 127.0.0.1, which only this machine can "
                  "reach; what goes over a network is not encrypted)")
      ->type_name("ADDRESS");
}

WebListener WebOptions::Listen() const {
  return ListenOnWeb(bind, static_cast<int>(port));
}

}  // namespace arcadeq
