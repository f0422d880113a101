/** The colours that VS Code's own themes give a page, as far as the designer uses them: values of Light Modern, Dark Modern and the two high contrast themes. */
type Colors = Readonly<Record<string, string>>

const common: Colors = { 'font-family': '"DejaVu Sans", sans-serif', 'font-size': '13px', 'font-weight': 'normal', 'editor-font-family': '"DejaVu Sans Mono", monospace', 'editor-font-size': '13px' }

const light: Colors = {
  foreground: '#3b3b3b', descriptionForeground: '#3b3b3b', focusBorder: '#005fb8', 'editor-background': '#ffffff', 'editor-foreground': '#3b3b3b', 'editorWidget-background': '#f8f8f8', 'sideBar-background': '#f8f8f8', 'editorGroupHeader-tabsBackground': '#f8f8f8',
  'button-background': '#005fb8', 'button-foreground': '#ffffff', 'button-hoverBackground': '#0258a8', 'button-secondaryBackground': '#e5e5e5', 'button-secondaryForeground': '#3b3b3b', 'button-secondaryHoverBackground': '#cccccc', 'button-border': '#0000001a',
  'input-background': '#ffffff', 'input-foreground': '#3b3b3b', 'input-placeholderForeground': '#767676', 'dropdown-background': '#ffffff', 'dropdown-foreground': '#3b3b3b', 'dropdown-border': '#cecece', 'dropdown-listBackground': '#ffffff', 'checkbox-background': '#f8f8f8', 'checkbox-border': '#cecece', 'checkbox-foreground': '#3b3b3b', 'quickInput-background': '#f8f8f8', 'settings-dropdownListBorder': '#e5e5e5',
  'editorError-foreground': '#e51400', 'editorWarning-foreground': '#bf8803', 'editorInfo-foreground': '#1a85ff', 'testing-iconPassed': '#73c991', 'charts-blue': '#1a85ff', 'charts-green': '#388a34', 'charts-purple': '#652d90', 'charts-orange': '#d18616', 'charts-yellow': '#bf8803', 'charts-red': '#e51400',
  'list-hoverBackground': '#f2f2f2', 'list-inactiveSelectionBackground': '#e4e6f1', 'list-activeSelectionBackground': '#e8e8e8', 'list-activeSelectionForeground': '#000000', 'toolbar-hoverBackground': '#b8b8b850', 'toolbar-activeBackground': '#a6a6a650', 'textLink-foreground': '#005fb8', 'textCodeBlock-background': '#f8f8f8', 'editorRuler-foreground': '#d3d3d3', 'widget-shadow': '#00000029',
  'menu-background': '#ffffff', 'menu-foreground': '#3b3b3b', 'menu-selectionBackground': '#005fb8', 'menu-selectionForeground': '#ffffff', 'menu-border': '#cecece', 'inputValidation-warningBackground': '#f6f5d2', 'inputValidation-warningBorder': '#b89500', 'editorHoverWidget-background': '#f8f8f8',
}

const dark: Colors = {
  foreground: '#cccccc', descriptionForeground: '#9d9d9d', focusBorder: '#0078d4', 'editor-background': '#1f1f1f', 'editor-foreground': '#cccccc', 'editorWidget-background': '#202020', 'sideBar-background': '#181818', 'editorGroupHeader-tabsBackground': '#181818',
  'button-background': '#0078d4', 'button-foreground': '#ffffff', 'button-hoverBackground': '#026ec1', 'button-secondaryBackground': '#313131', 'button-secondaryForeground': '#cccccc', 'button-secondaryHoverBackground': '#3c3c3c', 'button-border': '#ffffff12',
  'input-background': '#313131', 'input-foreground': '#cccccc', 'input-placeholderForeground': '#989898', 'dropdown-background': '#313131', 'dropdown-foreground': '#cccccc', 'dropdown-border': '#3c3c3c', 'dropdown-listBackground': '#1f1f1f', 'checkbox-background': '#313131', 'checkbox-border': '#3c3c3c', 'checkbox-foreground': '#cccccc', 'quickInput-background': '#222222', 'settings-dropdownListBorder': '#454545',
  'editorError-foreground': '#f14c4c', 'editorWarning-foreground': '#cca700', 'editorInfo-foreground': '#3794ff', 'testing-iconPassed': '#73c991', 'charts-blue': '#3794ff', 'charts-green': '#89d185', 'charts-purple': '#b180d7', 'charts-orange': '#d18616', 'charts-yellow': '#cca700', 'charts-red': '#f14c4c',
  'list-hoverBackground': '#2a2d2e', 'list-inactiveSelectionBackground': '#37373d', 'list-activeSelectionBackground': '#04395e', 'list-activeSelectionForeground': '#ffffff', 'toolbar-hoverBackground': '#5a5d5e50', 'toolbar-activeBackground': '#63666750', 'textLink-foreground': '#4daafc', 'textCodeBlock-background': '#2b2b2b', 'editorRuler-foreground': '#5a5a5a', 'widget-shadow': '#0000005c',
  'menu-background': '#1f1f1f', 'menu-foreground': '#cccccc', 'menu-selectionBackground': '#0078d4', 'menu-selectionForeground': '#ffffff', 'menu-border': '#454545', 'inputValidation-warningBackground': '#352a05', 'inputValidation-warningBorder': '#b89500', 'editorHoverWidget-background': '#202020',
}

const highContrast: Colors = {
  foreground: '#ffffff', descriptionForeground: '#ffffffb3', focusBorder: '#f38518', contrastBorder: '#6fc3df', contrastActiveBorder: '#f38518', 'editor-background': '#000000', 'editor-foreground': '#ffffff', 'editorWidget-background': '#0c141f', 'sideBar-background': '#000000',
  'button-background': '#000000', 'button-foreground': '#ffffff', 'button-border': '#6fc3df', 'button-secondaryBackground': '#000000', 'button-secondaryForeground': '#ffffff', 'input-background': '#000000', 'input-foreground': '#ffffff', 'input-placeholderForeground': '#ffffffb3', 'dropdown-background': '#000000', 'dropdown-foreground': '#ffffff', 'dropdown-border': '#6fc3df', 'checkbox-background': '#000000', 'checkbox-border': '#6fc3df', 'checkbox-foreground': '#ffffff', 'quickInput-background': '#0c141f', 'settings-dropdownListBorder': '#6fc3df',
  'editorError-foreground': '#f48771', 'editorWarning-foreground': '#ffd370', 'editorInfo-foreground': '#3794ff', 'testing-iconPassed': '#73c991', 'charts-blue': '#3794ff', 'charts-green': '#89d185', 'charts-purple': '#b180d7', 'charts-orange': '#d18616', 'charts-yellow': '#ffd370', 'charts-red': '#f48771',
  'list-hoverBackground': '#ffffff1a', 'textLink-foreground': '#21a6ff', 'textCodeBlock-background': '#000000', 'editorRuler-foreground': '#ffffff', 'menu-background': '#000000', 'menu-foreground': '#ffffff', 'menu-selectionBorder': '#f38518', 'menu-border': '#6fc3df', 'inputValidation-warningBackground': '#000000', 'inputValidation-warningBorder': '#6fc3df',
}

const highContrastLight: Colors = {
  foreground: '#292929', descriptionForeground: '#292929b3', focusBorder: '#006bbd', contrastBorder: '#0f4a85', contrastActiveBorder: '#006bbd', 'editor-background': '#ffffff', 'editor-foreground': '#292929', 'editorWidget-background': '#ffffff', 'sideBar-background': '#ffffff',
  'button-background': '#0f4a85', 'button-foreground': '#ffffff', 'button-border': '#0f4a85', 'button-secondaryBackground': '#ffffff', 'button-secondaryForeground': '#292929', 'input-background': '#ffffff', 'input-foreground': '#292929', 'input-placeholderForeground': '#292929b3', 'dropdown-background': '#ffffff', 'dropdown-foreground': '#292929', 'dropdown-border': '#0f4a85', 'checkbox-background': '#ffffff', 'checkbox-border': '#0f4a85', 'checkbox-foreground': '#292929', 'quickInput-background': '#ffffff', 'settings-dropdownListBorder': '#0f4a85',
  'editorError-foreground': '#b5200d', 'editorWarning-foreground': '#895503', 'editorInfo-foreground': '#1a85ff', 'testing-iconPassed': '#007100', 'charts-blue': '#1a85ff', 'charts-green': '#374e06', 'charts-purple': '#652d90', 'charts-orange': '#d18616', 'charts-yellow': '#895503', 'charts-red': '#b5200d',
  'list-hoverBackground': '#0f4a851a', 'textLink-foreground': '#0f4a85', 'textCodeBlock-background': '#f2f2f2', 'editorRuler-foreground': '#292929', 'menu-background': '#ffffff', 'menu-foreground': '#292929', 'menu-selectionBackground': '#0f4a85', 'menu-selectionForeground': '#ffffff', 'menu-border': '#0f4a85', 'inputValidation-warningBackground': '#ffffff', 'inputValidation-warningBorder': '#0f4a85',
}

export const themes = { light, dark, 'high-contrast': highContrast, 'high-contrast-light': highContrastLight } as const
export type Theme = keyof typeof themes

/** One rule per theme; VS Code tells a page which one it is by the class of its body. The UI toolkit reads the root's. */
export const themeSheet = (theme: Theme): string => `:root { ${Object.entries({ ...common, ...themes[theme] }).map(([name, value]) => `--vscode-${name}: ${value};`).join(' ')} }`
