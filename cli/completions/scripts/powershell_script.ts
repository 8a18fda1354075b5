/**
 * The script for PowerShell, from 5.1 on. It drops empty arguments, so "=" stands before the word at the cursor; where there
 * is nothing to offer, it completes file names by itself.
 */
export function powershellScript(name: string): string {
  return `# Completions of ${name} for PowerShell: dot-source this file from $PROFILE.
Register-ArgumentCompleter -Native -CommandName '${name}' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object {
            if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
        })
    $encoding = [Console]::OutputEncoding
    try {
        [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
        $lines = @(& '${name}' 'complete-words' 'powershell' '--' @words "=$wordToComplete" 2>$null)
    } catch {
        $lines = @()
    } finally {
        [Console]::OutputEncoding = $encoding
    }
    $lines | Select-Object -Skip 1 | ForEach-Object {
        $word, $description = "$_" -split "\`t", 2
        if (-not $description) { $description = $word }
        $text = if ($word -match '^[A-Za-z0-9_./:=+-]+$') { $word } else { "'" + ($word -replace "'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $word, 'ParameterValue', $description)
    }
}
`;
}
