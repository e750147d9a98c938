# Writes page_files.generated.cc: the page's style sheet and script as text in the program.
# Variables: OUTPUT, CSS and SCRIPT, files.
file(READ ${CSS} css)
file(READ ${SCRIPT} script)
string(SHA256 hash "${script}")
file(WRITE ${OUTPUT} "#include \"report/page_files.h\"

namespace arcadeq {

const std::string_view kPageCss = R\"page(${css})page\";
const std::string_view kPageScript = R\"page(${script})page\";
const std::string_view kPageScriptHash = \"${hash}\";

}  // namespace arcadeq
")
