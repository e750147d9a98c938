# Writes presets.generated.cc: the files of configs/ as text in the program, so that it needs none
# of them at run time. Variables: OUTPUT, and CONFIGS, a list of files.
set(entries "")
foreach(file IN LISTS CONFIGS)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND entries "    {\"${name}\", R\"toml(${text})toml\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"config/preset.h\"

namespace arcadeq {

std::span<const Preset> Presets() {
  static constexpr Preset kPresets[] = {
${entries}  };
  return kPresets;
}

}  // namespace arcadeq
")
