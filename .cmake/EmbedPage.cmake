# cmake -D PAGE=folder -D D3=file -D OUTPUT=name -P EmbedPage.cmake: puts the report's page together,
# its styles and scripts inlined, as OUTPUT.html and, for the program, OUTPUT.cpp.
file(READ ${PAGE}/page.html page)
file(READ ${PAGE}/page.css style)
file(READ ${D3} d3)
file(STRINGS ${PAGE}/order.txt order)
set(scripts "")
foreach(name IN LISTS order)
  file(READ ${PAGE}/${name} script)
  string(APPEND scripts "${script}")
endforeach()
foreach(part style scripts d3)
  string(REPLACE "{{${part}}}" "${${part}}" page "${page}")
endforeach()
file(WRITE ${OUTPUT}.html "${page}")

# As bytes: a string of this length no compiler has to take.
file(READ ${OUTPUT}.html bytes HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
file(WRITE ${OUTPUT}.cpp "#include <experiments/report/page.hpp>

namespace carousel::report {
namespace {
constexpr unsigned char bytes[] = {${bytes}};
}  // namespace

std::string page() { return {reinterpret_cast<const char*>(bytes), sizeof bytes}; }

}  // namespace carousel::report
")
