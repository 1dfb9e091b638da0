// The arrows of ARCHITECTURE.md, as rules that fail.
const folder = (/** @type {string} */ name) => `^electron/${name}/`;
const test = '\\.test\\.ts$|\\.contract\\.ts$|^testing/|/testing/';

/** @param {string} name @param {string} from @param {string[]} allowed */
const onlyImports = (name, from, allowed) => ({
  name: `${name}-imports`,
  severity: 'error',
  comment: `${name} may import only: ${allowed.join(', ')}`,
  from: { path: from, pathNot: test },
  to: { pathNot: [from, ...allowed], path: '^(shared|electron|renderer|testing|bench|e2e)/' },
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans-in-tests',
      severity: 'error',
      from: { pathNot: test },
      to: { path: '\\.test\\.ts$|^testing/' },
    },
    {
      name: 'shared-imports-zod-only',
      severity: 'error',
      from: { path: '^shared/', pathNot: test },
      to: { pathNot: ['^shared/', 'node_modules/zod'] },
    },
    onlyImports('vhdx', folder('vhdx'), ['^shared/errors/']),
    onlyImports('repository', folder('repository'), ['^shared/errors/']),
    onlyImports('engine', folder('engine'), ['^shared/', folder('vhdx'), folder('repository')]),
    onlyImports('ports', '^electron/engine/ports/', ['^shared/', '^electron/vhdx/index\\.ts$']),
    onlyImports('readiness', folder('readiness'), ['^shared/']),
    onlyImports('lab', folder('lab'), ['^shared/', '^electron/engine/ports/', folder('vhdx')]),
    onlyImports('platform', folder('platform'), ['^shared/', '^electron/engine/ports/']),
    onlyImports('console', folder('console'), ['^shared/', folder('(engine|readiness|repository|lab|platform|vhdx)')]),
    onlyImports('cli', folder('cli'), ['^shared/', folder('(console|lab|platform)')]),
    onlyImports('serve', folder('serve'), ['^shared/', folder('(console|platform|lab)')]),
    onlyImports('main', folder('main'), ['^shared/', folder('(console|platform|lab)')]),
    onlyImports('preload', folder('preload'), ['^shared/ipc/']),
    onlyImports('renderer', '^renderer/', ['^shared/']),
    {
      name: 'page-without-node',
      severity: 'error',
      comment: 'The page is a web page: no Node, no Electron.',
      from: { path: '^renderer/', pathNot: test },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'schemas-stay-behind',
      severity: 'error',
      comment: 'The preload script and the page carry names, not schemas: zod is the backend’s.',
      from: { path: '^(renderer|electron/preload)/', pathNot: test },
      to: {
        path: 'node_modules/zod|^shared/ipc/(contract|inputs|invoke-handler)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'from-outside-through-the-index',
      severity: 'error',
      comment: 'vhdx and repository are libraries: use what their index offers.',
      from: { pathNot: ['^electron/(vhdx|repository)/', test] },
      to: { path: '^electron/(vhdx|repository)/', pathNot: '^electron/(vhdx|repository)/index\\.ts$' },
    },
    {
      name: 'files-behind-adapters',
      severity: 'error',
      comment: 'node:fs belongs to platform, lab, and the file adapters of vhdx and repository.',
      from: {
        path: '^(shared|electron)/',
        pathNot: [
          folder('(platform|lab|main)'),
          '^electron/vhdx/local-files\\.ts$',
          '^electron/repository/local-storage\\.ts$',
          test,
        ],
      },
      to: { path: '^(node:)?fs(/promises)?$' },
    },
    {
      name: 'no-child-processes',
      severity: 'error',
      from: { path: '^(shared|electron)/', pathNot: ['^electron/hyperv/', test] },
      to: { path: '^(node:)?child_process$' },
    },
    {
      name: 'electron-only-in-the-shell',
      severity: 'error',
      from: { path: '^electron/', pathNot: '^electron/(main|preload)/' },
      to: { path: '^electron$' },
    },
    { name: 'no-missing', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    builtInModules: { add: ['node:sqlite'] },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
