# Writes page_files.generated.cc: the page's files as text in the program.
# Variables: OUTPUT, HTML, CSS and SCRIPT, files.
file(READ ${HTML} html)
file(READ ${CSS} css)
file(READ ${SCRIPT} script)
file(WRITE ${OUTPUT} "#include \"watch/page_files.h\"

namespace arcadeq {

const std::string_view kWatchHtml = R\"page(${html})page\";
const std::string_view kWatchCss = R\"page(${css})page\";
const std::string_view kWatchScript = R\"page(${script})page\";

}  // namespace arcadeq
")
