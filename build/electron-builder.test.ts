import { describe, expect, it } from 'vitest';
import { packagingConfiguration } from './electron-builder.ts';

function configurationWith(environment: Readonly<Record<string, string>>) {
  return packagingConfiguration({ target: 'win', runtimeFolder: 'runtime', outputFolder: 'out', environment });
}

const azure = {
  STILLPOINT_SIGN_PUBLISHER: 'CN=A Shop, C=CH',
  STILLPOINT_SIGN_ENDPOINT: 'https://weu.example.net',
  STILLPOINT_SIGN_PROFILE: 'profile',
  STILLPOINT_SIGN_ACCOUNT: 'account',
};

describe('the configuration', () => {
  it('installs for the machine, asks for no rights of its own at run time, publishes nowhere', () => {
    const { win, nsis, publish, npmRebuild, asar, asarUnpack } = configurationWith({});
    expect(win).toMatchObject({ requestedExecutionLevel: 'asInvoker', target: [{ target: 'nsis', arch: ['x64'] }] });
    expect(nsis).toMatchObject({
      oneClick: false,
      perMachine: true,
      allowToChangeInstallationDirectory: true,
      deleteAppDataOnUninstall: false,
    });
    expect({ publish, npmRebuild }).toEqual({ publish: null, npmRebuild: false });
    expect({ asar, asarUnpack }).toEqual({ asar: { smartUnpack: false }, asarUnpack: ['**/*.node'] });
  });

  it('signs nothing where nobody asks for it', () => {
    const { win, forceCodeSigning } = configurationWith({ PATH: '/usr/bin' });
    expect(forceCodeSigning).toBe(false);
    expect(win).toMatchObject({ signExecutable: false });
    expect(win).not.toHaveProperty('azureSignOptions');
  });

  it.each(['WIN_CSC_LINK', 'CSC_LINK'])('signs with a certificate file (%s), or fails', (name) => {
    const { win, forceCodeSigning } = configurationWith({ [name]: 'certificate.pfx' });
    expect(forceCodeSigning).toBe(true);
    expect(win).toMatchObject({ signExecutable: true });
  });

  it('signs with Azure Trusted Signing, or fails', () => {
    const { win, forceCodeSigning } = configurationWith(azure);
    expect(forceCodeSigning).toBe(true);
    expect(win?.azureSignOptions).toEqual({
      publisherName: 'CN=A Shop, C=CH',
      endpoint: 'https://weu.example.net',
      certificateProfileName: 'profile',
      codeSigningAccountName: 'account',
    });
  });

  it.each(Object.keys(azure))('refuses Azure Trusted Signing without %s', (name) => {
    expect(() => configurationWith({ ...azure, [name]: '' })).toThrow(name);
  });
});
