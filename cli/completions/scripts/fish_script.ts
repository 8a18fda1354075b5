/** The script for fish, which quotes what it inserts and shows descriptions by itself. */
export function fishScript(name: string): string {
  const fn = `__${name.replaceAll(/\W/g, "_")}_complete`;
  return `# Completions of ${name} for fish: ~/.config/fish/completions/${name}.fish
function ${fn}
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l lines (${name} complete-words fish -- $words[2..] "$word" 2>/dev/null </dev/null)
    # Fish completes file names, also in quotes, for a command that it does not know.
    switch "$lines[1]"
        case files
            complete -C "'' $word"
        case folders
            complete -C "'' $word" | string match -r '.*/$'
    end
    string join -- \\n $lines[2..]
end
complete -c ${name} -f -k -a '(${fn})'
`;
}
