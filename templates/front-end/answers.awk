# Reads or changes the answers of one Lucie Meta Package that hold for all hosts, or for these members.
#   awk -v mode=get|set -v lmp=NAME [-v members="A, B"] [-v fresh=1] -f answers.awk QUESTIONS ANSWERS
# QUESTIONS has lines of question, type, default and answer with tabs between; ANSWERS is the answers file, in the
# language of lucie.conf(5). (Two blanks after "function": maintainer scripts carry this text, and lintian takes one
# for bash.)
#   get   prints "question TAB set TAB answer" or "question TAB unset TAB" for each question
#   set   prints ANSWERS with the answers of QUESTIONS. What is answered so already stays as it is written; what is
#         not answered and would be the default is added only to a fresh file.
BEGIN {
  FS = "\t"
  wanted = sorted(members)
}
NR == FNR {
  asked[++count] = $1
  type[$1] = $2
  standard[$1] = $3
  answer[$1] = substr($0, length($1 $2 $3) + 4)
  next
}
{
  sub(/\r$/, "")
  raw[++lines] = $0
}
END {
  read_blocks()
  if (mode == "get") tell()
  else change()
}

# Without comment, quotes and blanks around it.
function  bare(text,    i, c, quoted, plain) {
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (quoted && c == "\\" && substr(text, i + 1, 1) ~ /["\\]/) {
      plain = plain substr(text, ++i, 1)
      continue
    }
    if (c == "\"") {
      quoted = !quoted
      continue
    }
    if (!quoted && (c == "#" || c == ";") && (i == 1 || substr(text, i - 1, 1) ~ /[ \t]/)) break
    plain = plain c
  }
  sub(/^[ \t]+/, "", plain)
  sub(/[ \t]+$/, "", plain)
  return plain
}

# The items of a list in an order of their own: members are the same whatever their order.
function  sorted(list,    items, n, i, k, item, text) {
  gsub(/[ \t]/, "", list)
  n = split(list, items, ",")
  for (i = 2; i <= n; i++) {
    item = items[i]
    for (k = i - 1; k >= 1 && items[k] > item; k--) items[k + 1] = items[k]
    items[k + 1] = item
  }
  for (i = 1; i <= n; i++) text = text "," items[i]
  return text
}

function  read_blocks(    i, last, text, inside, key, value, n, k, owner, template, given, keys, values, first, until_line) {
  for (i = 1; i <= lines; i = last + 1) {
    last = i
    text = raw[i]
    while (text ~ /\\$/ && text !~ /^[ \t]*[#;]/ && last < lines) {
      text = substr(text, 1, length(text) - 1) raw[++last]
    }
    text = bare(text)
    if (!inside) {
      if (text ~ /^define[ \t]+answers[ \t]*[{]$/) {
        inside = 1
        n = 0
        owner = ""
        given = ""
        template = 0
      }
    } else if (text == "}") {
      inside = 0
      if (owner != lmp || template || sorted(given) != wanted) continue
      if (!end_line) end_line = i
      for (k = 1; k <= n; k++) {
        if (keys[k] in current) continue
        current[keys[k]] = values[k]
        from_line[keys[k]] = first[k]
        to_line[keys[k]] = until_line[k]
      }
    } else if (text != "") {
      key = text
      sub(/[ \t].*/, "", key)
      value = substr(text, length(key) + 1)
      sub(/^[ \t]+/, "", value)
      if (key == "lmp_name") owner = value
      if (key == "members") given = value
      if (key == "register") template = 1
      keys[++n] = key
      values[n] = value
      first[n] = i
      until_line[n] = last
    }
  }
}

# Booleans as debconf has them.
function  normal(question, value) {
  if (type[question] != "boolean") return value
  return value ~ /^(yes|true|1)$/ ? "true" : "false"
}

function  tell(    k) {
  for (k = 1; k <= count; k++) {
    if (asked[k] in current) print asked[k] "\tset\t" normal(asked[k], current[asked[k]])
    else print asked[k] "\tunset\t"
  }
}

# As it is written: between quotes where it is not plain.
function  written(value,    i, c, text) {
  if (value ~ /^[A-Za-z0-9\/._:@%=-]([A-Za-z0-9\/._:@%=,+ -]*[A-Za-z0-9\/._:@%=-])?$/ && value != "null") return value
  for (i = 1; i <= length(value); i++) {
    c = substr(value, i, 1)
    text = text (c ~ /["\\]/ ? "\\" c : c)
  }
  return "\"" text "\""
}

function  line_of(question, indent) {
  return sprintf("%s%-*s %s", indent, width, question, written(answer[question]))
}

# A choice that was never made is left out: the proof of the cluster asks for it.
function  is_missing(question) {
  if (type[question] == "select" && answer[question] == "") return 0
  return !(question in current) && (fresh || normal(question, answer[question]) != standard[question])
}

function  print_missing(    k) {
  for (k = 1; k <= count; k++) if (is_missing(asked[k])) print line_of(asked[k], "    ")
}

function  change(    i, k, question, replaced, indent, missing) {
  width = 8
  for (k = 1; k <= count; k++) {
    question = asked[k]
    if (length(question) > width) width = length(question)
    if (is_missing(question)) missing++
    if (question in current && normal(question, current[question]) != normal(question, answer[question])) {
      replaced[from_line[question]] = question
    }
  }
  for (i = 1; i <= lines; i++) {
    if (i == end_line) print_missing()
    if (i in replaced) {
      question = replaced[i]
      indent = raw[i]
      sub(/[^ \t].*/, "", indent)
      print line_of(question, indent)
      i = to_line[question]
    } else {
      print raw[i]
    }
  }
  if (end_line || !missing) return
  print "define answers{"
  printf "    %-*s %s\n", width, "lmp_name", lmp
  if (members != "") printf "    %-*s %s\n", width, "members", members
  print_missing()
  print "}"
}
