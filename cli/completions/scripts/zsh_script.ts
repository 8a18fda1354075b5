/**
 * The script for zsh, to be sourced, or autoloaded as `_opta`. Zsh looks through an alias and completes what is behind it,
 * so an alias of the name becomes a function of the same words.
 */
export function zshScript(name: string): string {
  const fn = `_${name.replaceAll(/\W/g, "_")}`;
  return `#compdef ${name}
# Completions of ${name} for zsh: source this file, after an alias of that name.
() {
  emulate -L zsh
  (( $+aliases[${name}] )) || return 0
  functions[${name}]="$aliases[${name}] \\"\\$@\\""
  unalias ${name}
}

${fn}() {
  local -a lines matches displays listing
  local line fallback text
  integer width=0
  lines=("\${(@f)$(${name} complete-words zsh -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null </dev/null)}")
  fallback=$lines[1]
  shift lines
  for line in "$lines[@]"; do
    text=\${line%%$'\\t'*}
    matches+=("$text")
    (( $#text > width )) && width=$#text
  done
  for line in "$lines[@]"; do
    text="\${(mr:width:)\${line%%$'\\t'*}}  \${line#*$'\\t'}"
    displays+=("\${(mr:COLUMNS-2:)text}")
    [[ $line == *$'\\t'?* ]] && listing=(-l -d displays)
  done
  (( $#matches )) && compadd -V ${name} $listing -a matches
  case $fallback in
    (files) compset -P 1 '--*='; _files ;;
    (folders) compset -P 1 '--*='; _files -/ ;;
  esac
  (( compstate[nmatches] ))
}

if [[ \${funcstack[1]-} == ${fn} ]]; then
  ${fn} "$@"
else
  () {
    emulate -L zsh
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
    compdef ${fn} ${name}
  }
fi
`;
}
