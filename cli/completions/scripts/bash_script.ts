/**
 * The script for bash, from 3.2 on; there without file names, which need the `compopt` of bash 4. Bash breaks words at `=`
 * and `:`, so they are put together for the command and taken apart for what is inserted. It inserts words as they stand,
 * so they are quoted; descriptions are shown in lists alone, where nothing of them can be inserted.
 */
export function bashScript(name: string): string {
  const fn = `__${name.replaceAll(/\W/g, "_")}_complete`;
  return `# Completions of ${name} for bash: source this file, after an alias of that name.
${fn}() {
  local rest=\${COMP_LINE:0:COMP_POINT} blank word i=0 last=-1
  local -a words=()
  while ((i <= COMP_CWORD)); do
    blank=\${rest%%[![:space:]]*}
    rest=\${rest#"$blank"}
    word=\${COMP_WORDS[i]}
    if ((i == COMP_CWORD)); then word=$rest; fi
    rest=\${rest#"$word"}
    if [[ -z $blank ]] && ((last >= 0)); then
      words[last]+=$word
    else
      last=$((last + 1))
      words[last]=$word
    fi
    i=$((i + 1))
  done

  # What bash leaves as it is: all before a quote that is open, or up to the last break; an @ it would put anew.
  local current=\${words[last]} quote="" plain="" kept="" opened="" char
  for ((i = 0; i < \${#current}; i++)); do
    char=\${current:i:1}
    case $quote$char in
      \\' | \\")
        quote=$char
        opened=$plain
        ;;
      \\'\\' | \\"\\") quote="" ;;
      \\\\ | \\"\\\\)
        i=$((i + 1))
        plain+=\${current:i:1}
        ;;
      [@:=])
        if [[ $char == @ && \${COMP_WORDBREAKS-} == *@* ]]; then kept=$plain; fi
        plain+=$char
        if [[ $char != @ && \${COMP_WORDBREAKS-} == *"$char"* ]]; then kept=$plain; fi
        ;;
      *) plain+=$char ;;
    esac
  done
  if [[ -n $quote ]]; then kept=$opened; fi

  local line fallback="" text quoted width=0
  local -a descriptions=()
  COMPREPLY=()
  # Its words are fixed: "eval" is there for an alias, which counts only where a line is read.
  while IFS= read -r line; do
    if [[ -z $fallback ]]; then
      fallback=$line
      continue
    fi
    text=\${line%%$'\\t'*}
    quoted=\${text#"$kept"}
    if [[ -z $quote ]]; then
      printf -v quoted %q "$quoted"
    elif [[ $quoted == *[\\"\\'\\\`\\$\\\\!]* ]]; then
      continue
    fi
    if ((\${#quoted} > width)); then width=\${#quoted}; fi
    COMPREPLY[\${#COMPREPLY[@]}]=$quoted
    descriptions[\${#descriptions[@]}]=\${line#*$'\\t'}
  done < <(eval '${name} complete-words bash -- "\${words[@]:1}"' 2>/dev/null </dev/null)

  if ((\${#COMPREPLY[@]} == 0)); then
    if [[ $fallback == files ]]; then compopt -o default 2>/dev/null; fi
    if [[ $fallback == folders ]]; then compopt -o dirnames 2>/dev/null; fi
    return 0
  fi
  # Only while a list is shown: ?, !, @.
  case \${COMP_TYPE:-9} in 33 | 63 | 64) ;; *) return 0 ;; esac
  if ((\${#COMPREPLY[@]} < 2)); then return 0; fi
  for ((i = 0; i < \${#COMPREPLY[@]}; i++)); do
    if [[ -n \${descriptions[i]} ]]; then
      printf -v line '%-*s  (%s)' "$width" "\${COMPREPLY[i]}" "\${descriptions[i]}"
      COMPREPLY[i]=\${line:0:\${COLUMNS:-80}-1}
    fi
  done
}
complete -o nosort -F ${fn} ${name} 2>/dev/null || complete -F ${fn} ${name}
`;
}
