/** What has a name and settings, and need not have a box in the picture. */

export const isListed = (id: string): boolean => /^(tenant|network|storage|security-group|service|fabric|section):/.test(id)
