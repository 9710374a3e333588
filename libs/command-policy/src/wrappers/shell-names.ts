/** Programs that run what they read as commands. */
export const shellNames = ['sh', 'bash', 'dash', 'ash', 'ksh', 'ksh93', 'mksh', 'lksh', 'zsh', 'yash', 'rbash', 'posh', 'oksh', 'pdksh', 'hush', 'fish', 'csh', 'tcsh', 'elvish', 'nu', 'xonsh', 'rc', 'es', 'scsh', 'pwsh', 'powershell', 'loksh', 'sash'];
