// Role: the scripts. Each calls `hongbao completion candidates -- WORDS`, whose lines are
// candidates with a tab before what they are about; the last one says which files fit: :none, :any
// or :folders.
#include "ops/completion/shell_scripts.hpp"

namespace hongbao::ops {

// Bash replaces only what stands after the last "=", so that much is taken off the candidates.
const std::string_view bash_script =
    R"bash(# bash completion for hongbao, printed by: hongbao completion bash
_hongbao() {
    local cur cword words line prefix=
    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref -n =: cur words cword
    else
        # Without the package bash-completion: COMP_WORDS would be cut at each "=".
        line=${COMP_LINE:0:COMP_POINT}
        read -ra words <<<"$line"
        if [[ $line == *[[:space:]] ]]; then words+=(""); fi
        cword=$((${#words[@]} - 1)) cur=${words[-1]}
    fi
    if [[ $cur == --*=* ]]; then prefix=${cur%%=*}=; fi
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
        :none) ;;
        :any)
            compopt -o filenames
            mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "${cur#"$prefix"}")
            ;;
        :folders)
            compopt -o filenames
            mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "${cur#"$prefix"}")
            ;;
        *)
            line=${line%%$'\t'*}
            COMPREPLY+=("${line#"$prefix"}")
            ;;
        esac
    done < <("${words[0]/#\~/$HOME}" completion candidates -- "${words[@]:1:cword}" 2>/dev/null)
}
complete -F _hongbao hongbao
)bash";

const std::string_view zsh_script = R"zsh(#compdef hongbao
# zsh completion for hongbao, printed by: hongbao completion zsh
_hongbao() {
    local -a lines described
    local line files program=${~words[1]}
    lines=("${(@f)$("$program" completion candidates -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    for line in "${lines[@]}"; do
        case $line in
        :*) files=$line ;;
        ?*) described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
        esac
    done
    if (( $#described )); then _describe -t words 'hongbao' described; fi
    if [[ $files == :any || $files == :folders ]]; then
        compset -P '--*='
        if [[ $files == :any ]]; then _files; else _files -/; fi
    fi
}
if [[ $funcstack[1] == _hongbao ]]; then _hongbao "$@"; else compdef _hongbao hongbao; fi
)zsh";

const std::string_view fish_script =
    R"fish(# fish completion for hongbao, printed by: hongbao completion fish
function __hongbao_candidates
    set -l words (commandline -opc)
    set -l typed "$(commandline -ct)"
    set -l prefix (string match -r -- '^--[^=]*=' $typed)
    set -l value (string replace -r -- '^--[^=]*=' '' $typed)
    for line in ($words[1] completion candidates -- $words[2..-1] $typed 2>/dev/null)
        switch $line
            case :none
            case :any
                printf '%s\n' "$prefix"(__fish_complete_path $value)
            case :folders
                printf '%s\n' "$prefix"(__fish_complete_directories $value)
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c hongbao -f -a '(__hongbao_candidates)'
)fish";

} // namespace hongbao::ops
