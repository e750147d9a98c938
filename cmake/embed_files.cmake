# The script of arcadeq_embed_files(), which runs it with these variables: OUTPUT, HEADER, TEXTS and HASHES.
set(definitions "")
foreach(entry IN LISTS TEXTS)
  string(REGEX MATCH "^([^=]+)=(.*)$" matched "${entry}")
  file(READ ${CMAKE_MATCH_2} text)
  string(APPEND definitions "const std::string_view ${CMAKE_MATCH_1} = R\"page(${text})page\";\n")
endforeach()
foreach(entry IN LISTS HASHES)
  string(REGEX MATCH "^([^=]+)=(.*)$" matched "${entry}")
  file(SHA256 ${CMAKE_MATCH_2} hash)
  string(APPEND definitions "const std::string_view ${CMAKE_MATCH_1} = \"${hash}\";\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"${HEADER}\"

namespace arcadeq {

${definitions}
}  // namespace arcadeq
")
